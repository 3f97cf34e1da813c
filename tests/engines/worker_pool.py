"""Beam's pool of external Python workers, at one address: ``worker_pool.py 127.0.0.2:50000``.

Beam's own command takes a port at all addresses of a machine. Each task manager needs a pool of its own, because the
names of their workers are the same; on a cluster it stands beside the task manager, here at another loopback address.
"""

import sys

import grpc
from apache_beam.portability.api import beam_fn_api_pb2_grpc
from apache_beam.runners.worker.worker_pool_main import BeamFnExternalWorkerPoolServicer
from apache_beam.utils import thread_pool_executor

if __name__ == "__main__":
    server = grpc.server(thread_pool_executor.shared_unbounded_instance(), options=[("grpc.so_reuseport", 0)])
    server.add_insecure_port(sys.argv[1])
    pool = BeamFnExternalWorkerPoolServicer(use_process=True)
    beam_fn_api_pb2_grpc.add_BeamFnExternalWorkerPoolServicer_to_server(pool, server)
    server.start()
    server.wait_for_termination()

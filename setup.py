"""Clipbook's three packages, without tests and seeds, so that Beam's workers can install them (``--setup_file``)."""

from pathlib import Path

from setuptools import find_packages, setup

setup(
    name="clipbook",
    version="0.1.0",
    description="Cuts every article out of scraped news pages and files it under the event that it tells of.",
    long_description=(Path(__file__).parent / "README.md").read_text("utf-8"),
    long_description_content_type="text/markdown",
    license="Apache-2.0",
    python_requires=">=3.11",
    packages=find_packages(include=["pipelines*", "transforms*", "schemas*"]),
    package_data={
        "transforms.split": ["vocabulary/*.toml", "layouts/*/*", "layouts/*.md"],
        "pipelines.report": ["*.jinja", "*.css"],
    },
    entry_points={"console_scripts": ["clipbook = pipelines.cli:console"]},
    install_requires=[
        # Ranges that the code is written for; requirements/ holds the exact versions that are tested.
        "apache-beam>=2.77,<3",  # the pipeline
        "pyarrow>=25,<27",  # Parquet, and decompression of input
        "zstandard>=0.23,<1",  # where compressed input in Zstandard ends
        "ftfy>=6.3,<7",  # mojibake and its kin
        "langdetect>=1.0.9,<2",  # language
        "chardet>=7.7,<8",  # legacy encodings
        "webencodings>=0.6,<0.7",  # what browsers take the labels of encodings to mean
        "lxml>=6,<7",  # HTML, read as a stream; from 6 on with libxml2's tokeniser of HTML5
        "dateparser>=1.5,<2",  # printed dates in many languages
        "regex>=2025.1",  # Unicode scripts and word boundaries
        "wordfreq>=3.1,<4",  # how common a word is in its language
        "psutil>=7",  # worker processes and memory
        "numpy>=2,<3",  # arrays
        "scipy>=1.15,<2",  # sparse products and average link
        "anyascii>=0.3.2,<0.4",  # names in Latin letters
        "jinja2>=3.1.6,<4",  # the report's page, where everything is escaped by default
        "pygal>=3.1,<4",  # the report's charts, as plain SVG
    ],
    extras_require={
        "aws": ["apache-beam[aws]>=2.77,<3"],  # s3:// as input and output
        "gcp": ["apache-beam[gcp]>=2.77,<3"],  # gs:// as input and output, and Dataflow
        "sql": ["duckdb>=1.3,<3"],  # clipbook sql; a run does not need it
        "benchmarks": [
            "datasketch>=1.6,<3",
            "duckdb>=1.3,<3",
            "scikit-learn>=1.5,<2",
        ],  # what Clipbook is compared with; no lock file holds them
    },
)

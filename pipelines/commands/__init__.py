"""The commands of ``clipbook``, one module each; ``pipelines.cli`` lists them and says what a module must have."""

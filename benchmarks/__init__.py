"""Quality and speed, as commands that anyone can run, most of them on data. Nothing here is installed or tested on."""

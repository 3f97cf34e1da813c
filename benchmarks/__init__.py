"""Quality, as commands that anyone can run on a folder of data. Nothing here is installed or tested on."""

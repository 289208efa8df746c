"""What runs behind the process wall: started as `python -I -m qjs_kernel.worker`, imported by nobody."""

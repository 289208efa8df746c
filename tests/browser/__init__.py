"""JupyterLab with this kernel, used through headless Chromium."""

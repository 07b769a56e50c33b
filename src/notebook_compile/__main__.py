"""`python -m notebook_compile`."""

from notebook_compile.cli import main

if __name__ == "__main__":
    main()

"""`python -m zhunsheng`, the same as the command `zhunsheng`."""

from zhunsheng.cli import main

if __name__ == "__main__":
    main()

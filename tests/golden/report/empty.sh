# A project without infrastructure.
echo '# Notes' > README.md
mkdir src && echo 'print("hello")' > src/hello.py

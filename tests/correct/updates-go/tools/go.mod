module example.org/shop/tools

go 1.23

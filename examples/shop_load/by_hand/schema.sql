CREATE TABLE IF NOT EXISTS products (
    id BLOB PRIMARY KEY,
    name TEXT NOT NULL,
    price INTEGER NOT NULL,
    stock INTEGER NOT NULL CHECK (stock >= 0),
    version INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS customers (
    id BLOB PRIMARY KEY,
    name TEXT NOT NULL,
    email TEXT NOT NULL,
    email_lower TEXT NOT NULL UNIQUE,
    cart_version INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS carts (
    customer BLOB NOT NULL REFERENCES customers,
    product BLOB NOT NULL REFERENCES products,
    pieces INTEGER NOT NULL,
    PRIMARY KEY (customer, product)
) STRICT, WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS orders (
    id BLOB PRIMARY KEY,
    customer BLOB NOT NULL REFERENCES customers,
    status TEXT NOT NULL,
    placed_at INTEGER NOT NULL,
    pay_by INTEGER NOT NULL,
    total INTEGER NOT NULL,
    paid INTEGER NOT NULL,
    version INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS orders_by_customer ON orders (customer, id);
CREATE INDEX IF NOT EXISTS orders_by_status ON orders (status, id);
CREATE INDEX IF NOT EXISTS orders_to_be_paid ON orders (pay_by) WHERE status = 'Placed';

CREATE TABLE IF NOT EXISTS order_lines (
    order_id BLOB NOT NULL REFERENCES orders,
    number INTEGER NOT NULL,
    product BLOB NOT NULL REFERENCES products,
    name TEXT NOT NULL,
    price INTEGER NOT NULL,
    pieces INTEGER NOT NULL,
    PRIMARY KEY (order_id, number)
) STRICT, WITHOUT ROWID;

-- What has become of an order, when, and by whom.
CREATE TABLE IF NOT EXISTS order_steps (
    order_id BLOB NOT NULL REFERENCES orders,
    number INTEGER NOT NULL,
    status TEXT NOT NULL,
    actor TEXT,
    at INTEGER NOT NULL,
    PRIMARY KEY (order_id, number)
) STRICT, WITHOUT ROWID;

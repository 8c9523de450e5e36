package io.sluice.json;

/** What a JSON value is (RFC 8259, section 3). */
public enum JsonType {
    OBJECT(1),
    ARRAY(1 << 1),
    STRING(1 << 2),
    NUMBER(1 << 3),
    BOOLEAN(1 << 4),
    NULL(1 << 5);

    private final int bit;

    JsonType(int bit) {
        this.bit = bit;
    }

    int bit() {
        return bit;
    }
}

package io.sluice.json;

import java.util.Random;

/** Random JSON objects with every kind of value, name, number, escape and white space. */
final class RandomJson {

    /** Without escaped surrogates: where damage breaks such a pair in a name, Jackson objects. */
    private static final String[] NAMES = {
        "model",
        "stream",
        "messages",
        "n",
        "mod\\u0065l",
        "\u00e9",
        "\\u00e9",
        "x",
        "",
        "models",
        "\\\"",
        "a longer name than those",
        "\ud83d\ude00"
    };

    private static final String[] NUMBERS = {
        "0", "-0", "1", "-1", "10", "1.5", "-0.25e-3", "1E5", "1e+05", "123456789012345678901234"
    };
    private static final String[] TEXTS = {
        "a",
        "plain text",
        "\\n",
        "\\u0041",
        "\\ud83d\\ude00",
        "\\ud83d",
        "\u00fc",
        "\u6625\u7720",
        "\ud83d\ude00",
        "\\\\",
        "\\/",
        "\u007f",
        "a text that is longer than one word",
        "{",
        "],"
    };
    private static final String[] SPACES = {"", "", "", "", " ", "\n", "\t\r "};

    private final Random random;
    private final StringBuilder out = new StringBuilder();

    RandomJson(Random random) {
        this.random = random;
    }

    String document() {
        space();
        object(3);
        space();
        return out.toString();
    }

    private void object(int depth) {
        out.append('{');
        int size = random.nextInt(5);
        for (int i = 0; i < size; i++) {
            separate(i);
            out.append('"').append(any(NAMES)).append('"');
            space();
            out.append(':');
            value(depth - 1);
        }
        space();
        out.append('}');
    }

    private void array(int depth) {
        out.append('[');
        int size = random.nextInt(4);
        for (int i = 0; i < size; i++) {
            separate(i);
            value(depth - 1);
        }
        space();
        out.append(']');
    }

    private void value(int depth) {
        space();
        switch (random.nextInt(depth > 0 ? 8 : 6)) {
            case 0 -> out.append("true");
            case 1 -> out.append("false");
            case 2 -> out.append("null");
            case 3 -> out.append(any(NUMBERS));
            case 4, 5 -> string();
            case 6 -> object(depth);
            default -> array(depth);
        }
        space();
    }

    private void string() {
        out.append('"');
        int size = random.nextInt(5);
        for (int i = 0; i < size; i++) {
            out.append(any(TEXTS));
        }
        out.append('"');
    }

    private void separate(int i) {
        if (i > 0) {
            out.append(',');
        }
        space();
    }

    private void space() {
        out.append(any(SPACES));
    }

    private String any(String[] choices) {
        return choices[random.nextInt(choices.length)];
    }
}

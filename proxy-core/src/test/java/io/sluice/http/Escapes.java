package io.sluice.http;

/** Shows bytes as a Java string literal would. */
final class Escapes {

    private Escapes() {}

    static String of(byte[] bytes) {
        StringBuilder text = new StringBuilder();
        for (byte b : bytes) {
            switch (b) {
                case '\r' -> text.append("\\r");
                case '\n' -> text.append("\\n");
                case '\t' -> text.append("\\t");
                case '"', '\\' -> text.append('\\').append((char) b);
                default -> append(text, b & 0xFF);
            }
        }
        return text.toString();
    }

    private static void append(StringBuilder text, int c) {
        if (c < ' ' || c > '~') {
            text.append("\\u%04x".formatted(c));
        } else {
            text.append((char) c);
        }
    }
}

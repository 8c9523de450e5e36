package io.sluice.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/** Reads the query of a request target, and percent-encoding wherever it stands. */
public final class QueryString {

    private QueryString() {}

    /** A parameter of a query, decoded, or {@code null}. */
    public static @Nullable String parameter(@Nullable String query, String name) {
        if (query == null) {
            return null;
        }
        for (String pair : query.split("&", -1)) {
            if (pair.startsWith(name + "=")) {
                return decode(pair.substring(name.length() + 1));
            }
        }
        return null;
    }

    /** The decoded name of one {@code name=value} of a query. */
    public static String name(String pair) {
        int equals = pair.indexOf('=');
        return decode(equals < 0 ? pair : pair.substring(0, equals));
    }

    /** Decodes percent-encoding (RFC 3986, 2.1); what is not encoded right stays as it is. */
    public static String decode(String text) {
        if (text.indexOf('%') < 0) {
            return text;
        }
        byte[] decoded = new byte[text.length() * 3];
        int length = 0;
        int i = 0;
        while (i < text.length()) {
            char c = text.charAt(i);
            boolean isEscape =
                    c == '%'
                            && i + 2 < text.length()
                            && HexFormat.isHexDigit(text.charAt(i + 1))
                            && HexFormat.isHexDigit(text.charAt(i + 2));
            if (isEscape) {
                decoded[length++] = (byte) HexFormat.fromHexDigits(text, i + 1, i + 3);
                i += 3;
            } else {
                byte[] bytes = Character.toString(c).getBytes(UTF_8);
                System.arraycopy(bytes, 0, decoded, length, bytes.length);
                length += bytes.length;
                i++;
            }
        }
        return new String(decoded, 0, length, UTF_8);
    }
}

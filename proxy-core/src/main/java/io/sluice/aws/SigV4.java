package io.sluice.aws;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.buffer.ByteBuf;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Signs requests to AWS with Signature Version 4. Immutable; safe for any thread.
 *
 * <p>Signs {@code host}, {@code x-amz-date} and {@code x-amz-security-token}, and the body by its
 * hash; header fields that a request carries beside them are not signed, as AWS allows.
 *
 * @param region such as {@code us-east-1}
 * @param service such as {@code bedrock}
 * @see <a href="https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv.html">AWS Signature
 *     Version 4</a>
 */
public record SigV4(String region, String service) {

    private static final String ALGORITHM = "AWS4-HMAC-SHA256";
    private static final String TERMINATOR = "aws4_request";
    private static final DateTimeFormatter TIMESTAMP =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);
    private static final HexFormat HEX = HexFormat.of();

    /**
     * The header lines that let a request in, each with its CRLF.
     *
     * @param host as the {@code host} field says it
     * @param target path and query as the request line says them
     * @param body borrowed; its indices do not move
     */
    public String headerLines(
            AwsCredentials credentials,
            String method,
            String host,
            String target,
            ByteBuf body,
            Instant now) {
        String timestamp = TIMESTAMP.format(now);
        SortedMap<String, String> headers = new TreeMap<>();
        headers.put("host", host);
        headers.put("x-amz-date", timestamp);
        if (credentials.sessionToken() != null) {
            headers.put("x-amz-security-token", credentials.sessionToken().reveal());
        }
        String authorization = authorization(credentials, method, target, headers, sha256(body));
        StringBuilder lines = new StringBuilder();
        headers.remove("host");
        headers.forEach((name, value) -> line(lines, name, value));
        line(lines, "authorization", authorization);
        return lines.toString();
    }

    /**
     * The value of the {@code authorization} field.
     *
     * @param headers all that are signed, names in lower case, {@code host} and {@code x-amz-date}
     *     among them
     * @param bodyHash SHA-256 of the body in lower-case hexadecimal digits
     */
    String authorization(
            AwsCredentials credentials,
            String method,
            String target,
            SortedMap<String, String> headers,
            String bodyHash) {
        int mark = target.indexOf('?');
        String path = mark < 0 ? target : target.substring(0, mark);
        String query = mark < 0 ? "" : target.substring(mark + 1);
        String signed = String.join(";", headers.keySet());
        String canonical =
                String.join(
                        "\n",
                        method,
                        encodedPath(path),
                        sortedQuery(query),
                        headers.entrySet().stream()
                                .map(SigV4::canonicalLine)
                                .collect(Collectors.joining()),
                        signed,
                        bodyHash);
        String timestamp = String.valueOf(headers.get("x-amz-date"));
        String day = timestamp.substring(0, 8);
        String scope = String.join("/", day, region, service, TERMINATOR);
        String toSign =
                String.join(
                        "\n", ALGORITHM, timestamp, scope, hex(digest(canonical.getBytes(UTF_8))));
        byte[] key = ("AWS4" + credentials.secretKey().reveal()).getBytes(UTF_8);
        for (String part : new String[] {day, region, service, TERMINATOR}) {
            key = hmac(key, part);
        }
        return ALGORITHM
                + " Credential="
                + credentials.accessKey()
                + '/'
                + scope
                + ", SignedHeaders="
                + signed
                + ", Signature="
                + hex(hmac(key, toSign));
    }

    private static String canonicalLine(Map.Entry<String, String> header) {
        return header.getKey() + ':' + header.getValue().strip().replaceAll(" +", " ") + '\n';
    }

    /** What stands in the request line is encoded once more, slashes aside. */
    private static String encodedPath(String path) {
        StringBuilder encoded = new StringBuilder();
        for (byte one : path.getBytes(UTF_8)) {
            int c = one & 0xff;
            boolean isKept =
                    (c >= 'a' && c <= 'z')
                            || (c >= 'A' && c <= 'Z')
                            || (c >= '0' && c <= '9')
                            || "-._~/".indexOf(c) >= 0;
            if (isKept) {
                encoded.append((char) c);
            } else {
                encoded.append('%').append(HEX.withUpperCase().toHexDigits((byte) c));
            }
        }
        return encoded.toString();
    }

    private static String sortedQuery(String query) {
        return query.isEmpty()
                ? ""
                : Arrays.stream(query.split("&", -1))
                        .map(pair -> pair.contains("=") ? pair : pair + '=')
                        .sorted()
                        .collect(Collectors.joining("&"));
    }

    private static void line(StringBuilder lines, String name, String value) {
        lines.append(name).append(": ").append(value).append("\r\n");
    }

    private static String sha256(ByteBuf body) {
        MessageDigest digest = digest();
        if (body.nioBufferCount() == 1) {
            digest.update(body.nioBuffer());
        } else {
            for (var part : body.nioBuffers()) {
                digest.update(part);
            }
        }
        return hex(digest.digest());
    }

    private static byte[] digest(byte[] bytes) {
        return digest().digest(bytes);
    }

    private static MessageDigest digest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every platform has SHA-256", e);
        }
    }

    private static byte[] hmac(byte[] key, String text) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            return mac.doFinal(text.getBytes(UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every platform has HmacSHA256", e);
        }
    }

    private static String hex(byte[] bytes) {
        return HEX.formatHex(bytes);
    }
}

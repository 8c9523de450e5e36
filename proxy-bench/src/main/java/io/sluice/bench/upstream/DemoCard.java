package io.sluice.bench.upstream;

import java.security.SecureRandom;
import java.util.Base64;

/** What the demo says when it serves: where, with which key, and lines to paste. */
final class DemoCard {

    private static final String PLAIN =
            "{\"model\":\"demo-fast\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}";
    private static final String STREAM =
            "{\"model\":\"demo-fast\",\"stream\":true,"
                    + "\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}";

    private static final int KEY_BYTES = 32;

    private final int dataPort;
    private final int adminPort;
    private final String key;

    DemoCard(int dataPort, int adminPort, String key) {
        this.dataPort = dataPort;
        this.adminPort = adminPort;
        this.key = key;
    }

    /** A key that nobody has: {@code sk-} and 32 random bytes in URL-safe Base64. */
    static String newKey() {
        byte[] random = new byte[KEY_BYTES];
        new SecureRandom().nextBytes(random);
        return "sk-" + Base64.getUrlEncoder().withoutPadding().encodeToString(random);
    }

    /**
     * The lines. Exactly one begins with {@code key:} and one with {@code curl}, so that a program
     * finds them; that is why the streaming call begins with {@code command}.
     */
    String text() {
        String data = "http://127.0.0.1:" + dataPort;
        String admin = "http://127.0.0.1:" + adminPort;
        return """
        Sluice demo: the gateway in front of a simulated provider

        API       %1$s/v1
        Admin     %2$s
        Metrics   %2$s/metrics
        Models    demo-fast   demo-smart (thinks)   demo-flaky (fails at times)   demo-embed
        key: %3$s

        Try it, plain:
        curl %4$s

        Try it, streaming:
        command curl -N %5$s

        Stop with Ctrl+C
        ready data=%1$s admin=%2$s
        """
                .formatted(data, admin, key, call(data, PLAIN), call(data, STREAM));
    }

    private String call(String data, String body) {
        return data
                + "/v1/chat/completions -H 'authorization: Bearer "
                + key
                + "' -H 'content-type: application/json' -d '"
                + body
                + "'";
    }
}

package io.sluice.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.List;
import java.util.random.RandomGenerator;

/** Breaks messages in the ways that confuse parsers, by a seeded source of chance. */
final class Mutator {

    private static final List<String> PIECES =
            List.of(
                    "\r",
                    "\n",
                    "\r\n",
                    "\r\n\r\n",
                    "\n\n",
                    "\0",
                    " ",
                    "\t",
                    "\u000b",
                    "\f",
                    "\u007f",
                    "\u0085",
                    "\u00a0",
                    "\u00ff",
                    ":",
                    ";",
                    ",",
                    "/",
                    "?",
                    "#",
                    "%",
                    "+",
                    "-",
                    "\"",
                    "0",
                    "1",
                    "5",
                    "a",
                    "f",
                    "g",
                    "x",
                    "0x",
                    "00000000000000000",
                    "80000000",
                    "HTTP/1.0",
                    "HTTP/1.1",
                    "HTTP/2.0",
                    "GET / HTTP/1.1\r\nHost: a\r\n\r\n",
                    "HTTP/1.1 200 OK\r\n\r\n",
                    "Content-Length: 5\r\n",
                    "Content-Length: 0\r\n",
                    "Transfer-Encoding: chunked\r\n",
                    "Transfer-Encoding: gzip, chunked\r\n",
                    "Transfer-Encoding: identity\r\n",
                    "Connection: close\r\n",
                    "Connection: keep-alive\r\n",
                    "Host: b\r\n",
                    "5\r\nhello\r\n",
                    "0\r\n\r\n",
                    "0\r\nX: y\r\n\r\n",
                    ";a=b",
                    "hello",
                    "chunked",
                    "100",
                    "204",
                    "304");

    private final RandomGenerator random;
    private final List<String> corpus;

    Mutator(RandomGenerator random, List<String> corpus) {
        this.random = random;
        this.corpus = corpus;
    }

    /** Another input. */
    byte[] next() {
        StringBuilder text = new StringBuilder(any(corpus));
        if (random.nextInt(4) == 0) {
            text.append(any(corpus));
        }
        for (int i = random.nextInt(4); i >= 0; i--) {
            mutate(text);
        }
        return text.toString().getBytes(ISO_8859_1);
    }

    private void mutate(StringBuilder text) {
        int at = random.nextInt(text.length() + 1);
        int end = Math.min(text.length(), at + 1 + random.nextInt(6));
        switch (random.nextInt(7)) {
            case 0 -> text.delete(at, end);
            case 1 -> text.insert(at, any(PIECES));
            case 2 -> text.replace(at, Math.min(text.length(), at + 1), any(PIECES));
            case 3 -> text.insert(at, text.substring(at, end));
            case 4 -> text.setLength(at);
            case 5 -> text.insert(at, (char) random.nextInt(256));
            default -> insertLine(text, at);
        }
    }

    private void insertLine(StringBuilder text, int near) {
        int line = text.indexOf("\r\n", near);
        text.insert(line < 0 ? text.length() : line + 2, any(PIECES));
    }

    private String any(List<String> from) {
        return from.get(random.nextInt(from.size()));
    }
}

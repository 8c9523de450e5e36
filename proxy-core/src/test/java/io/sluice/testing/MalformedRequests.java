package io.sluice.testing;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.ArrayList;
import java.util.List;

/**
 * Requests that break a rule of RFC 9110 or RFC 9112, or that two readers could take for different
 * things; and others that look odd and are fine.
 *
 * <p>They all carry {@link #KEY}, so that a gateway which knows it reaches the fault and not its
 * door. Every refusal is to be followed by the end of the connection. Immutable.
 */
public final class MalformedRequests {

    /** The credential in every request that is whole enough to carry one. */
    public static final String KEY = "sk-malformed";

    /** The largest head that the table takes for granted, in bytes. */
    public static final int MAX_HEAD_BYTES = 64 * 1024;

    /** The most headers that the table takes for granted. */
    public static final int MAX_HEADERS = 256;

    private static final String HOST = "Host: localhost\r\n";
    private static final String AUTHORIZATION = "Authorization: Bearer " + KEY + "\r\n";
    private static final String JSON = "Content-Type: application/json\r\n";
    private static final String CHUNKED = "Transfer-Encoding: chunked\r\n";
    private static final String BODY = "{\"model\":\"m\",\"messages\":[]}";

    private static final List<RawRequest> REFUSED = new ArrayList<>();
    private static final List<RawRequest> REFUSED_LATER = new ArrayList<>();
    private static final List<RawRequest> ACCEPTED = new ArrayList<>();

    static {
        addRequestLines();
        addTargets();
        addHosts();
        addHeaderLines();
        addLengths();
        addEncodings();
        addLengthWithEncoding();
        addSizes();
        addChunks();
        addTrailers();
        addLater();
        addAccepted();
    }

    private MalformedRequests() {}

    /**
     * One request as it stands on the wire.
     *
     * @param raw one character for each byte
     * @param status the status it is answered with; 200 where nothing is wrong with it
     */
    public record RawRequest(String name, String raw, int status) {

        public byte[] bytes() {
            return raw.getBytes(ISO_8859_1);
        }

        @Override
        public String toString() {
            return name;
        }
    }

    /** What the HTTP parser refuses. */
    public static List<RawRequest> refused() {
        return List.copyOf(REFUSED);
    }

    /** What parses and is refused for what it asks: bounds, expectations, methods. */
    public static List<RawRequest> refusedLater() {
        return List.copyOf(REFUSED_LATER);
    }

    /** What looks odd and is to be accepted, each a whole request. */
    public static List<RawRequest> accepted() {
        return List.copyOf(ACCEPTED);
    }

    private static void addRequestLines() {
        line("empty method", 400, " / HTTP/1.1");
        line("blank before the method", 400, " GET / HTTP/1.1");
        line("tabulator before the method", 400, "\tGET / HTTP/1.1");
        line("method with a colon", 400, "GE:T / HTTP/1.1");
        line("method with a slash", 400, "GE/T / HTTP/1.1");
        line("method with NUL", 400, "GE\0T / HTTP/1.1");
        line("method with an eighth bit", 400, "G\u00c9T / HTTP/1.1");
        line("tabulator for the first blank", 400, "GET\t/ HTTP/1.1");
        line("tabulator for the second blank", 400, "GET /\tHTTP/1.1");
        line("two blanks before the target", 400, "GET  / HTTP/1.1");
        line("two blanks before the version", 400, "GET /  HTTP/1.1");
        line("blank behind the version", 400, "GET / HTTP/1.1 ");
        line("blank in the target", 400, "GET /a b HTTP/1.1");
        line("no target", 400, "GET HTTP/1.1");
        line("no version", 400, "GET /");
        line("blank for a version", 400, "GET / ");
        line("lower-case protocol", 400, "GET / http/1.1");
        line("another protocol", 400, "GET / HTTPS/1.1");
        line("version without a dot", 400, "GET / HTTP/11");
        line("version of one digit", 400, "GET / HTTP/1");
        line("version of three digits", 400, "GET / HTTP/1.10");
        line("version with a letter", 400, "GET / HTTP/1.x");
        line("version with a leading zero", 400, "GET / HTTP/01.1");
        line("version 0.9", 505, "GET / HTTP/0.9");
        line("version 1.2", 505, "GET / HTTP/1.2");
        line("version 2.0", 505, "GET / HTTP/2.0");
        line("version 3.0", 505, "GET / HTTP/3.0");
        refuse("preface of another HTTP", 505, "PRI * HTTP/2.1\r\n\r\nSM\r\n\r\n");
        refuse("start of a TLS handshake", 400, "\u0016\u0003\u0001\u0002\0\u0001\0\r\n\r\n");
        refuse("request line ends in LF", 400, "GET / HTTP/1.1\n" + HOST + "\r\n");
        refuse("request line ends in CR", 400, "GET / HTTP/1.1\r" + HOST + "\r\n");
        refuse("request line ends in CR CR LF", 400, "GET / HTTP/1.1\r\r\n" + HOST + "\r\n");
        refuse("five empty lines first", 400, "\r\n".repeat(5) + head("GET / HTTP/1.1", ""));
        refuse("bare LF first", 400, "\n" + head("GET / HTTP/1.1", ""));
        refuse("bare CR first", 400, "\r" + head("GET / HTTP/1.1", ""));
    }

    private static void addTargets() {
        line("fragment", 400, "GET /a#b HTTP/1.1");
        line("relative path", 400, "GET v1/models HTTP/1.1");
        line("asterisk for GET", 400, "GET * HTTP/1.1");
        line("asterisk and more", 400, "OPTIONS *a HTTP/1.1");
        line("authority for GET", 400, "GET localhost:80 HTTP/1.1");
        line("CONNECT", 501, "CONNECT localhost:80 HTTP/1.1");
        line("target with NUL", 400, "GET /\0 HTTP/1.1");
        line("target with DEL", 400, "GET /\u007f HTTP/1.1");
        line("target with an eighth bit", 400, "GET /\u00fc HTTP/1.1");
        line("target with a backslash", 400, "GET /a\\b HTTP/1.1");
        line("target with a quotation mark", 400, "GET /\"a\" HTTP/1.1");
        line("target with angle brackets", 400, "GET /<a> HTTP/1.1");
        line("percent sign at the end", 400, "GET /a% HTTP/1.1");
        line("percent sign with one digit", 400, "GET /a%2 HTTP/1.1");
        line("percent sign with a letter beyond f", 400, "GET /a%2g HTTP/1.1");
        line("unknown scheme", 400, "GET ftp://localhost/ HTTP/1.1");
        line("absolute target without host", 400, "GET http:///a HTTP/1.1");
        line("absolute target with user", 400, "GET http://u@localhost/ HTTP/1.1");
        line("absolute target of another host", 400, "GET http://elsewhere/ HTTP/1.1");
    }

    private static void addHosts() {
        refuse("no host", 400, "GET / HTTP/1.1\r\n" + AUTHORIZATION + "\r\n");
        hosts("two hosts", "Host: a\r\nHost: b\r\n");
        hosts("the same host twice", "Host: a\r\nHost: a\r\n");
        hosts("empty host", "Host:\r\n");
        hosts("blank host", "Host:  \r\n");
        hosts("host with a path", "Host: a/b\r\n");
        hosts("host with user", "Host: u@a\r\n");
        hosts("list of hosts", "Host: a, b\r\n");
        hosts("host with a blank", "Host: a b\r\n");
        hosts("host with a port of letters", "Host: a:http\r\n");
        hosts("host with two ports", "Host: a:80:81\r\n");
        hosts("host with a port out of range", "Host: a:65536\r\n");
        hosts("port without host", "Host: :80\r\n");
        hosts("open bracket", "Host: [::1\r\n");
        hosts("address without brackets", "Host: ::1\r\n");
        hosts("host with an eighth bit", "Host: \u00e4\r\n");
    }

    private static void addHeaderLines() {
        header("blank before the colon", "X-A : b\r\n");
        header("tabulator before the colon", "X-A\t: b\r\n");
        header("blank before the colon of content-length", "Content-Length : 0\r\n");
        header("blank before the colon of transfer-encoding", "Transfer-Encoding : chunked\r\n");
        header("folded with a blank", "X-A: b\r\n c\r\n");
        header("folded with a tabulator", "X-A: b\r\n\tc\r\n");
        header("folded transfer-encoding", "Transfer-Encoding:\r\n chunked\r\n");
        header("empty name", ": b\r\n");
        header("no colon", "X-A\r\n");
        header("blank in the name", "X A: b\r\n");
        header("parentheses in the name", "X(A): b\r\n");
        header("NUL in the name", "X\0A: b\r\n");
        header("eighth bit in the name", "X-\u00c4: b\r\n");
        header("NUL in the value", "X-A: b\0c\r\n");
        header("control in the value", "X-A: b\u0001c\r\n");
        header("vertical tabulator before a value", "Transfer-Encoding: \u000bchunked\r\n");
        header("form feed in the value", "X-A: b\fc\r\n");
        header("DEL in the value", "X-A: b\u007f\r\n");
        header("CR in the value", "X-A: b\rX-B: c\r\n");
        header("LF in the value", "X-A: b\nX-B: c\r\n");
        header("CR before the line's end", "X-A: b\r\r\n");
        header("lines end in LF", "X-A: b\n");
        header("connection that is no list of tokens", "Connection: close;x\r\n");
        refuse(
                "first header begins with a blank",
                400,
                "GET / HTTP/1.1\r\n X: y\r\n" + HOST + "\r\n");
        refuse("head ends in LF LF", 400, "GET / HTTP/1.1\r\nHost: a\r\nX: y\n\n");
        refuse("head ends in CRLF LF", 400, "GET / HTTP/1.1\r\nHost: a\r\n\n");
        refuse("head ends in CR", 400, "GET / HTTP/1.1\r\nHost: a\r\n\rX: y\r\n\r\n");
    }

    private static void addLengths() {
        length("length with a plus", "+5");
        length("length with a minus", "-1");
        length("minus zero", "-0");
        length("empty length", "");
        length("hexadecimal length", "0x5");
        length("hexadecimal letter", "a");
        length("fraction", "5.0");
        length("exponent", "1e1");
        length("list of the same length", "5, 5");
        length("list of lengths", "5, 6");
        length("length with a comma", "5,");
        length("length with a blank", "1 0");
        length("length with an underscore", "1_0");
        length("length in quotation marks", "\"5\"");
        length("length beyond 64 bits", "18446744073709551621");
        length("length beyond 63 bits", "9223372036854775808");
        length("full-width digit", "\u00b2");
        post("two lengths", "Content-Length: 5\r\nContent-Length: 6\r\n", "hello");
        post("the same length twice", "Content-Length: 5\r\ncontent-length: 5\r\n", "hello");
    }

    private static void addEncodings() {
        encoding("gzip", "gzip");
        encoding("identity", "identity");
        encoding("gzip before chunked", "gzip, chunked");
        encoding("chunked before gzip", "chunked, gzip");
        encoding("chunked before identity", "chunked, identity");
        encoding("chunked twice", "chunked, chunked");
        encoding("chunked with a comma", "chunked,");
        encoding("comma before chunked", ", chunked");
        encoding("chunked with a parameter", "chunked;q=1");
        encoding("chunked in quotation marks", "\"chunked\"");
        encoding("xchunked", "xchunked");
        encoding("chunked with a control", "chunked\u0001");
        encoding("empty encoding", "");
        post("two encodings", CHUNKED + "Transfer-Encoding: identity\r\n", "0\r\n\r\n");
        post("chunked in two headers", CHUNKED + CHUNKED, "0\r\n\r\n");
        refuse(
                "chunked in HTTP/1.0",
                400,
                "POST /v1/chat/completions HTTP/1.0\r\n"
                        + HOST
                        + AUTHORIZATION
                        + JSON
                        + CHUNKED
                        + "\r\n0\r\n\r\n");
    }

    private static void addLengthWithEncoding() {
        post("length before encoding", "Content-Length: 5\r\n" + CHUNKED, "0\r\n\r\n");
        post("encoding before length", CHUNKED + "Content-Length: 5\r\n", "0\r\n\r\n");
        post(
                "length with an unknown encoding",
                "Content-Length: 5\r\nTransfer-Encoding: x\r\n",
                "hello");
        post(
                "length with an empty encoding",
                "Content-Length: 5\r\nTransfer-Encoding:\r\n",
                "hello");
        post(
                "request hidden behind length and encoding",
                "Content-Length: 40\r\n" + CHUNKED,
                "0\r\n\r\nGET /hidden HTTP/1.1\r\nHost: a\r\n\r\n");
    }

    private static void addSizes() {
        String filler = "a".repeat(MAX_HEAD_BYTES);
        refuse("endless method", 431, "A".repeat(MAX_HEAD_BYTES + 1));
        line("endless target", 431, "GET /" + filler + " HTTP/1.1");
        refuse("endless name", 431, head("GET / HTTP/1.1", filler + ": b\r\n"));
        refuse("endless value", 431, head("GET / HTTP/1.1", "X-A: " + filler + "\r\n"));
        refuse("too many headers", 431, head("GET / HTTP/1.1", "X: y\r\n".repeat(MAX_HEADERS)));
    }

    private static void addChunks() {
        String end = "0\r\n\r\n";
        chunks("empty chunk size", "\r\nhello\r\n" + end);
        chunks("chunk size with a plus", "+5\r\nhello\r\n" + end);
        chunks("chunk size with a minus", "-5\r\nhello\r\n" + end);
        chunks("chunk size with 0x", "0x5\r\nhello\r\n" + end);
        chunks("chunk size with an underscore", "0_5\r\nhello\r\n" + end);
        chunks("chunk size with a letter beyond f", "g\r\nhello\r\n" + end);
        chunks("blank before the chunk size", " 5\r\nhello\r\n" + end);
        chunks("blank behind the chunk size", "5 \r\nhello\r\n" + end);
        chunks("blank in the chunk size", "0 5\r\nhello\r\n" + end);
        chunks("NUL behind the chunk size", "5\0\r\nhello\r\n" + end);
        chunks("chunk size in quotation marks", "\"5\"\r\nhello\r\n" + end);
        chunks("chunk size beyond 31 bits", "80000000\r\nhello\r\n" + end);
        chunks("chunk size beyond 32 bits", "100000005\r\nhello\r\n" + end);
        chunks("chunk size beyond 64 bits", "10000000000000005\r\nhello\r\n" + end);
        chunks("chunk size with many zeros", "0".repeat(17) + "5\r\nhello\r\n" + end);
        chunks("chunk size line ends in LF", "5\nhello\r\n" + end);
        chunks("chunk size line ends in CR", "5\rhello\r\n" + end);
        chunks("chunk ends in LF", "5\r\nhello\n" + end);
        chunks("chunk ends in CR", "5\r\nhello\r" + end);
        chunks("chunk without an end", "5\r\nhello" + end);
        chunks("chunk longer than it says", "5\r\nhello!\r\n" + end);
        chunks("chunk shorter than it says", "6\r\nhello\r\n" + end);
        chunks("extension ends in LF", "5;a\nhello\r\n" + end);
        chunks("extension with CR", "5;a\rb\r\nhello\r\n" + end);
        chunks("extension with NUL", "5;a\0\r\nhello\r\n" + end);
        chunks("extension with LF in quotation marks", "5;a=\"\n\"\r\nhello\r\n" + end);
        chunks("extension without a semicolon", "5 a=b\r\nhello\r\n" + end);
        chunks("blank before an extension", "5 ;a\r\nhello\r\n" + end);
        chunks("blank behind an extension", "5;a \r\nhello\r\n" + end);
        chunks("blanks around an equals sign", "5;a = b\r\nhello\r\n" + end);
        chunks("extension without a name", "5;\r\nhello\r\n" + end);
        chunks("extension with an empty value", "5;a=\r\nhello\r\n" + end);
        chunks("extension with an open quotation mark", "5;a=\"b\r\nhello\r\n" + end);
        chunks("endless extension", "5;" + "a".repeat(4096) + "\r\nhello\r\n" + end);
        chunks("last chunk line ends in LF", "5\r\nhello\r\n0\n\r\n");
    }

    private static void addTrailers() {
        chunks("body ends in LF", "0\r\n\n");
        chunks("body ends in CR", "0\r\n\rX");
        chunks("trailer without a colon", "0\r\nX\r\n\r\n");
        chunks("trailer with an empty name", "0\r\n: b\r\n\r\n");
        chunks("trailer with a blank before the colon", "0\r\nX : b\r\n\r\n");
        chunks("folded trailer", "0\r\nX: b\r\n c\r\n\r\n");
        chunks("trailer with NUL", "0\r\nX: \0\r\n\r\n");
        chunks("trailer line ends in LF", "0\r\nX: b\n\r\n");
        chunks("trailer line with CR", "0\r\nX: b\rY: c\r\n\r\n");
        refuse(
                "endless trailer",
                431,
                chunked("0\r\nX: " + "a".repeat(MAX_HEAD_BYTES) + "\r\n\r\n"));
    }

    private static void addLater() {
        later("length over the body's bound", 413, lengthOf("99999999999", ""));
        later("the largest length", 413, lengthOf("999999999999999999", ""));
        later("unknown expectation", 417, lengthOf("5", "Expect: 200-ok\r\n"));
        later("TRACE", 501, head("TRACE / HTTP/1.1", ""));
    }

    private static void addAccepted() {
        String get = "GET /v1/models HTTP/1.1";
        accept("plain", head(get, ""));
        accept("no blank behind a colon", "GET / HTTP/1.1\r\nHost:localhost\r\n\r\n");
        accept("white space around a value", head(get, "X-A:  \t b \t \r\n"));
        accept("empty value", head(get, "X-A:\r\nX-B: \r\n"));
        accept("tabulator in a value", head(get, "X-A: b\tc\r\n"));
        accept("eighth bit in a value", head(get, "X-A: \u00e4\r\n"));
        accept("every token character in a name", head(get, "!#$%&'*+-.^_`|~0aZ: b\r\n"));
        accept("colon in a value", head(get, "X-A: b: c\r\n"));
        accept("names in any case", "GET / HTTP/1.1\r\nhOST: localhost\r\n\r\n");
        accept("four empty lines first", "\r\n".repeat(4) + head(get, ""));
        accept("absolute target", head("GET http://localhost/v1/models HTTP/1.1", ""));
        accept("absolute target in capitals", head("GET HTTP://LOCALHOST/ HTTP/1.1", ""));
        accept("absolute target without a path", head("GET http://localhost HTTP/1.1", ""));
        accept("absolute target with only a query", head("GET http://localhost?a HTTP/1.1", ""));
        accept("asterisk", head("OPTIONS * HTTP/1.1", ""));
        accept("percent signs", head("GET /v1/models/a%2Fb%3f?c=%20 HTTP/1.1", ""));
        accept("every path character", head("GET /-._~!$&'()*+,;=:@/aZ09 HTTP/1.1", ""));
        accept("brackets and question marks in a query", head("GET /?a[]=b?c HTTP/1.1", ""));
        accept("HTTP/1.0", head("GET / HTTP/1.0", ""));
        accept("HTTP/1.0 without host", "GET / HTTP/1.0\r\n\r\n");
        accept("HTTP/1.0 that stays", head("GET / HTTP/1.0", "Connection: Keep-Alive\r\n"));
        accept("host with a port", "GET / HTTP/1.1\r\nHost: a.b-c_d:4000\r\n\r\n");
        accept("host with an empty port", "GET / HTTP/1.1\r\nHost: a:\r\n\r\n");
        accept("host is an IPv6 address", "GET / HTTP/1.1\r\nHost: [::1]:4000\r\n\r\n");
        accept("list of connection options", head(get, "Connection: , keep-alive ,, X-A\r\n"));
        accept("two connection headers", head(get, "Connection: a\r\nConnection: close\r\n"));
        accept("length zero", lengthOf("0", ""));
        accept("length with leading zeros", lengthOf("0005", "") + "hello");
        accept("length of a body", lengthOf("" + BODY.length(), "") + BODY);
        accept("encoding in capitals", chunkedBy("Transfer-Encoding: CHUNKED\r\n", "0\r\n\r\n"));
        accept("encoding with blanks", chunkedBy("Transfer-Encoding: \tchunked \r\n", "0\r\n\r\n"));
        accept("one chunk", chunked("1b\r\n" + BODY + "\r\n0\r\n\r\n"));
        accept("two chunks", chunked("1\r\n{\r\n1A\r\n" + BODY.substring(1) + "\r\n0\r\n\r\n"));
        accept("leading zeros", chunked("0000001b\r\n" + BODY + "\r\n000\r\n\r\n"));
        accept("extension", chunked("1b;a=b;c=\"d\\\"\";e\r\n" + BODY + "\r\n0;e\r\n\r\n"));
        accept("trailer", chunked("1b\r\n" + BODY + "\r\n0\r\nX-A: b\r\nX-B:\r\n\r\n"));
        accept(
                "trailer that would be a framing header",
                chunked("1b\r\n" + BODY + "\r\n0\r\nContent-Length: 5\r\n\r\n"));
        accept("many headers", head(get, "X: y\r\n".repeat(90)));
        accept("large value", head(get, "X-A: " + "a".repeat(32 * 1024) + "\r\n"));
    }

    private static String head(String requestLine, String headers) {
        return requestLine + "\r\n" + HOST + AUTHORIZATION + headers + "\r\n";
    }

    private static String lengthOf(String length, String headers) {
        return head(
                "POST /v1/chat/completions HTTP/1.1",
                JSON + headers + "Content-Length: " + length + "\r\n");
    }

    private static String chunkedBy(String header, String body) {
        return head("POST /v1/chat/completions HTTP/1.1", JSON + header) + body;
    }

    private static String chunked(String body) {
        return chunkedBy(CHUNKED, body);
    }

    private static void line(String name, int status, String requestLine) {
        refuse(name, status, head(requestLine, ""));
    }

    private static void hosts(String name, String hosts) {
        refuse(name, 400, "GET / HTTP/1.1\r\n" + hosts + AUTHORIZATION + "\r\n");
    }

    private static void header(String name, String line) {
        refuse(name, 400, head("POST /v1/chat/completions HTTP/1.1", line));
    }

    private static void length(String name, String value) {
        refuse(name, 400, lengthOf(value, "") + "hello");
    }

    private static void encoding(String name, String value) {
        refuse(name, 400, chunkedBy("Transfer-Encoding: " + value + "\r\n", "0\r\n\r\n"));
    }

    private static void post(String name, String headers, String body) {
        refuse(name, 400, chunkedBy(headers, body));
    }

    private static void chunks(String name, String body) {
        refuse(name, 400, chunked(body));
    }

    private static void refuse(String name, int status, String raw) {
        REFUSED.add(new RawRequest(name, raw, status));
    }

    private static void later(String name, int status, String raw) {
        REFUSED_LATER.add(new RawRequest(name, raw, status));
    }

    private static void accept(String name, String raw) {
        ACCEPTED.add(new RawRequest(name, raw, 200));
    }
}

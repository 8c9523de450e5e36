package io.sluice.http;

/** The request methods that the gateway tells apart. Upper case on the wire. */
public enum Method {
    GET,
    HEAD,
    POST,
    PUT,
    PATCH,
    DELETE,
    OPTIONS,
    /** Any other method; {@link RequestHead#methodText()} has its name. */
    OTHER;

    private static final Method[] NAMED = {GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS};

    static Method of(byte[] bytes, int from, int to) {
        for (Method method : NAMED) {
            if (Ascii.equals(bytes, from, to, method.name())) {
                return method;
            }
        }
        return OTHER;
    }
}

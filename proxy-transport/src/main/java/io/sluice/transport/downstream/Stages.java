package io.sluice.transport.downstream;

/** The names of the stages of a client's pipeline. */
final class Stages {

    static final String TLS = "tls";
    static final String REQUEST_DECODER = "request-decoder";
    static final String RESPONSE_ENCODER = "response-encoder";
    static final String PUBLIC_ENDPOINTS = "public-endpoints";
    static final String ADDRESS_LIMIT = "address-limit";
    static final String AUTHENTICATION = "authentication";
    static final String LOCAL_ENDPOINTS = "local-endpoints";
    static final String PRECHECK = "precheck";
    static final String REQUEST_ASSEMBLER = "request-assembler";
    static final String MANAGEMENT = "management";
    static final String RESPONSE_LOOKUP = "response-lookup";
    static final String ROUTING = "routing";
    static final String ADMISSION = "admission";
    static final String REQUEST_COUNT = "request-count";
    static final String EXCHANGE = "exchange";
    static final String ERRORS = "errors";

    private Stages() {}
}

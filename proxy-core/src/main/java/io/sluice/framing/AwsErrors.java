package io.sluice.framing;

/** The exceptions of AWS in the words of others. */
final class AwsErrors {

    private AwsErrors() {}

    /** What Anthropic calls the kind of error that an exception is. */
    static String anthropicType(String exception) {
        return switch (exception) {
            case "throttlingException", "ThrottlingException" -> "rate_limit_error";
            case "validationException", "ValidationException" -> "invalid_request_error";
            case "serviceUnavailableException", "modelNotReadyException" -> "overloaded_error";
            case "modelTimeoutException" -> "timeout_error";
            default -> "api_error";
        };
    }
}

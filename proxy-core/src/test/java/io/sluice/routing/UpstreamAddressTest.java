package io.sluice.routing;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UpstreamAddressTest {

    @ParameterizedTest
    @CsvSource({
        "api.example.com, 443, true, api.example.com",
        "api.example.com, 80, false, api.example.com",
        "api.example.com, 80, true, api.example.com:80",
        "api.example.com, 443, false, api.example.com:443",
        "127.0.0.1, 8000, false, 127.0.0.1:8000",
        "::1, 8000, false, [::1]:8000",
        "::1, 443, true, [::1]"
    })
    void isNamedInTheHostHeader(String host, int port, boolean tls, String authority) {
        assertThat(new UpstreamAddress(host, port, tls).authority()).isEqualTo(authority);
    }
}

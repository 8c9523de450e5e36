package io.sluice.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.config.Secret;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DatabaseAddressTest {

    @ParameterizedTest
    @CsvSource({
        "postgres://joe:p%40ss@db:6000/books,          jdbc:postgresql://db:6000/books, joe, p@ss",
        "postgresql://joe:a+b@db/books,                jdbc:postgresql://db/books, joe, a+b",
        "jdbc:postgresql://db/books?user=joe&password=x, jdbc:postgresql://db/books, joe, x",
        "postgres://joe:a@b@h1:1,                      jdbc:postgresql://h1:1/joe, joe, a@b",
        "postgres:///books,                            jdbc:postgresql://localhost/books,,",
        "postgres://joe:100%@db/b,                     jdbc:postgresql://db/b, joe, 100%"
    })
    void readsUrls(String url, String jdbcUrl, String user, String password) {
        DatabaseAddress address = DatabaseAddress.parse(url);

        assertThat(address.jdbcUrl()).isEqualTo(jdbcUrl);
        assertThat(address.user()).isEqualTo(user);
        assertThat(address.password()).isEqualTo(password == null ? null : Secret.of(password));
        assertThat(address.toString()).doesNotContain("p@ss");
    }

    @Test
    void takesParametersByOtherProgramsNames_andLeavesOutThoseOfTheirPools() {
        assertThat(DatabaseAddress.parse(
                                "postgres://db/b?sslmode=require&schema=s&connection_limit=5&odd")
                        .properties())
                .isEqualTo(Map.of("sslmode", "require", "currentSchema", "s"));
    }

    @Test
    void repeatsNothingOfAUrlThatIsNone() {
        assertThatThrownBy(() -> DatabaseAddress.parse("mysql://joe:planted@db/b"))
                .hasMessageContaining("postgresql://")
                .hasMessageNotContaining("planted");
    }
}

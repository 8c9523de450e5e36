package io.sluice.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ResponseRepositoryTest {

    @TempDir private Path folder;

    @ParameterizedTest
    @EnumSource
    void keepsWhatIsKnown_untilItIsForgottenOrTooOld(Engines engine) {
        try (Database database = engine.migrated(folder)) {
            ResponseRepository responses = new ResponseRepository(database.data());
            ResponseRecord plain = response("resp_1", "k", 1000, null);
            ResponseRecord made = response("resp_2", "k", 2000, work(false));
            responses.write(
                    List.of(
                            change(plain),
                            change(response("resp_2", "k", 2000, null)),
                            change(made)));

            assertThat(responses.find("resp_1", 0)).isEqualTo(plain);
            assertThat(responses.find("resp_2", 0)).isEqualTo(made);
            assertThat(responses.find("resp_3", 0)).isNull();
            assertThat(responses.find("resp_1", 1000)).isNull();

            responses.write(List.of(change(response("resp_2", "k", 2500, work(true)))));
            responses.write(List.of(change(response("resp_2", "thief", 2500, null))));
            assertThat(responses.find("resp_2", 0))
                    .isEqualTo(response("resp_2", "k", 2000, work(true)));

            assertThat(responses.removeBefore(1000)).isOne();
            responses.write(List.of(new ResponseRepository.Change("resp_2", null)));
            assertThat(responses.find("resp_1", 0)).isNull();
            assertThat(responses.find("resp_2", 0)).isNull();
        }
    }

    private static ResponseRepository.Change change(ResponseRecord record) {
        return new ResponseRepository.Change(record.id(), record);
    }

    private static ResponseRecord response(
            String id, String owner, long createdMillis, ResponseRecord.@Nullable Work work) {
        return new ResponseRecord(id, owner, "fast", "openai/m", "api:443", createdMillis, work);
    }

    private static ResponseRecord.Work work(boolean isBooked) {
        return new ResponseRecord.Work(
                new UUID(1, 2), 900, "req", "m", null, List.of("red", "blue"), isBooked);
    }
}

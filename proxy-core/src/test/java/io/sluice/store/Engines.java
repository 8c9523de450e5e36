package io.sluice.store;

import io.sluice.config.DatabaseSettings;
import io.sluice.config.Secret;
import io.sluice.testing.PostgresFixture;
import java.nio.file.Path;
import java.time.Duration;

/** The engines that every test of the store runs against. */
enum Engines {
    SQLITE {
        @Override
        Database open(Path folder) {
            return Database.open(DatabaseSettings.DEFAULT, folder);
        }
    },
    POSTGRESQL {
        @Override
        Database open(Path folder) {
            return open(PostgresFixture.newDatabaseUrl(), folder);
        }
    };

    /** A new and empty database. */
    abstract Database open(Path folder);

    /** A new database with the newest schema. */
    Database migrated(Path folder) {
        Database database = open(folder);
        database.schema().migrate();
        return database;
    }

    /** The database at a URL. */
    static Database open(String url, Path folder) {
        return Database.open(
                new DatabaseSettings(Secret.of(url), Duration.ofMinutes(10), null), folder);
    }
}

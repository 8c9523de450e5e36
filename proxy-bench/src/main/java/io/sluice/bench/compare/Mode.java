package io.sluice.bench.compare;

import java.util.Locale;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** How much of Sluice is switched on where it is compared. */
enum Mode {
    /** No ledger, no access log, one key of the file. */
    OFF,
    /**
     * A key of the database with hard budgets and limits at four levels, the durable ledger into
     * PostgreSQL, the access log in a file.
     */
    EVERYTHING,
    /** Two processes, one of each kind. */
    BOTH;

    /** Reads a mode as it is written on a command line. */
    static final class Converter implements ITypeConverter<Mode> {

        /** For the command line. */
        Converter() {}

        @Override
        public Mode convert(String word) {
            try {
                return valueOf(word.toUpperCase(Locale.ROOT));
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException("it is everything, off or both");
            }
        }
    }

    boolean hasOff() {
        return this != EVERYTHING;
    }

    boolean hasEverything() {
        return this != OFF;
    }
}

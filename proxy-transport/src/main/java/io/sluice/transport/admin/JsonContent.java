package io.sluice.transport.admin;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;

/** Writes the fields of an object that is open already. */
@FunctionalInterface
public interface JsonContent {

    void writeTo(JsonGenerator json) throws IOException;
}

package io.sluice.framing;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.zip.CRC32;

/** Makes frames of AWS event streams, whole and broken ones. */
public final class EventStreamFrames {

    private EventStreamFrames() {}

    /** An event as the services send it. */
    public static byte[] event(String type, String payload) {
        return frame(
                payload,
                ":event-type",
                type,
                ":content-type",
                "application/json",
                ":message-type",
                "event");
    }

    /** An exception. */
    public static byte[] exception(String type, String payload) {
        return frame(payload, ":exception-type", type, ":message-type", "exception");
    }

    /** A frame with those headers, each a string. */
    public static byte[] frame(String payload, String... headers) {
        ByteBuf encoded = Unpooled.buffer();
        for (int i = 0; i < headers.length; i += 2) {
            byte[] name = headers[i].getBytes(UTF_8);
            byte[] value = headers[i + 1].getBytes(UTF_8);
            encoded.writeByte(name.length).writeBytes(name).writeByte(7);
            encoded.writeShort(value.length).writeBytes(value);
        }
        byte[] bytes = new byte[encoded.readableBytes()];
        encoded.readBytes(bytes);
        return raw(bytes, payload.getBytes(UTF_8));
    }

    /** A frame with headers as they are. */
    public static byte[] raw(byte[] headers, byte[] payload) {
        ByteBuf frame = Unpooled.buffer();
        frame.writeInt(16 + headers.length + payload.length).writeInt(headers.length);
        frame.writeInt(checksum(frame)).writeBytes(headers).writeBytes(payload);
        frame.writeInt(checksum(frame));
        byte[] bytes = new byte[frame.readableBytes()];
        frame.readBytes(bytes);
        return bytes;
    }

    private static int checksum(ByteBuf bytes) {
        CRC32 crc = new CRC32();
        crc.update(bytes.array(), 0, bytes.writerIndex());
        return (int) crc.getValue();
    }
}

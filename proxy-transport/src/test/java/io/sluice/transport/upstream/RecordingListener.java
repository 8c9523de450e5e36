package io.sluice.transport.upstream;

import io.netty.buffer.ByteBuf;
import io.sluice.http.ResponseHead;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** An attempt that notes what it is told. */
class RecordingListener implements UpstreamListener {

    final List<String> told = new ArrayList<>();
    final StringBuilder payload = new StringBuilder();
    @Nullable UpstreamConnection connection;

    @Override
    public void onConnected(UpstreamConnection connected) {
        connection = connected;
        told.add("connected");
    }

    @Override
    public void onHead(ResponseHead head) {
        told.add("head " + head.status());
    }

    @Override
    public void onPayload(ByteBuf in, int index, int length, int frameIndex, int frameEnd) {
        payload.append(in.toString(index, length, StandardCharsets.ISO_8859_1));
    }

    @Override
    public void onReadEnd() {}

    @Override
    public void onReadComplete() {}

    @Override
    public void onEnd() {
        told.add("end");
    }

    @Override
    public void onFailure(UpstreamFailure failure, String detail) {
        told.add(failure + ": " + detail);
    }

    UpstreamConnection connection() {
        if (connection == null) {
            throw new AssertionError("not connected: " + told);
        }
        return connection;
    }
}

using System.Text;
using TempoCos.StorageCost.Metering;

namespace TempoCos.StorageCost.Tests.Metering;

public sealed class ChunkedPayloadTests
{
    private const string Body = "a;chunk-signature=00ff\r\n0123\r\n6789\r\n5\r\nhello\r\n0;chunk-signature=11\r\nx-amz-checksum-crc32:AAAA==\r\nx-amz-trailer-signature:22\r\n\r\n";

    [Fact]
    public void The_payload_of_chunks_is_the_same_however_they_are_cut()
    {
        var bytes = Encoding.ASCII.GetBytes(Body);
        for (var piece = 1; piece <= bytes.Length; piece++)
        {
            var payload = new ChunkedPayload();
            bytes.Chunk(piece).Sum(part => payload.Read(part)).ShouldBe(15, $"in pieces of {piece}");
        }
    }

    [Fact]
    public void A_body_that_breaks_off_counts_what_was_there()
    {
        var payload = new ChunkedPayload();
        payload.Read("10;chunk-signature=0\r\nabc"u8).ShouldBe(3);
        payload.Read("d"u8).ShouldBe(1);
    }
}

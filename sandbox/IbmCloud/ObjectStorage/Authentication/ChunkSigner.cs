using TempoCos.IbmCloud.ObjectStorage.Requests;

namespace TempoCos.IbmCloud.ObjectStorage.Authentication;

/// <summary>Checks the chain of signatures of a chunked body; each covers the one before.</summary>
public sealed class ChunkSigner(byte[] signingKey, SignedClaim claim)
{
    private string _previous = claim.Signature;

    public void VerifyChunk(string chunkHash, string? given)
    {
        Verify($"AWS4-HMAC-SHA256-PAYLOAD\n{claim.Timestamp}\n{claim.Scope}\n{_previous}\n{SignatureV4.EmptyHash}\n{chunkHash}", given);
    }

    public void VerifyTrailer(string trailerHash, string? given)
    {
        Verify($"AWS4-HMAC-SHA256-TRAILER\n{claim.Timestamp}\n{claim.Scope}\n{_previous}\n{trailerHash}", given);
    }

    private void Verify(string text, string? given)
    {
        var expected = SignatureV4.SignText(signingKey, text);
        if (given is null || !SignatureV4.AreEqual(expected, given))
        {
            throw S3Errors.SignatureDoesNotMatch();
        }

        _previous = expected;
    }
}

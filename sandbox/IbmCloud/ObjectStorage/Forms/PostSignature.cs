using System.Security.Cryptography;
using System.Text;
using TempoCos.IbmCloud.ObjectStorage.Authentication;
using TempoCos.IbmCloud.ObjectStorage.Requests;

namespace TempoCos.IbmCloud.ObjectStorage.Forms;

/// <summary>Who signed a form's policy, by signature version 4 or 2.</summary>
public sealed class PostSignature(Credentials credentials)
{
    /// <summary>The signer; nobody when the form carries no policy.</summary>
    public S3Principal Verify(PostForm form)
    {
        if (form["policy"] is not { } policy)
        {
            return S3Principal.Anonymous;
        }

        return form["x-amz-signature"] is { } signature ? VerifyV4(form, policy, signature) : VerifyV2(form, policy);
    }

    private S3Principal VerifyV4(PostForm form, string policy, string signature)
    {
        if (form["x-amz-credential"] is not { } claimed || form["x-amz-algorithm"] != SignedClaim.Algorithm || claimed.Split('/') is not { Length: >= 5 } parts)
        {
            throw S3Errors.InvalidArgument("The form's x-amz-credential or x-amz-algorithm is missing or malformed.");
        }

        var credential = credentials.Find(string.Join('/', parts[..^4])) ?? throw S3Errors.InvalidAccessKeyId();
        var key = SignatureV4.SigningKey(credential.Secret, string.Join('/', parts[^4..]));
        return SignatureV4.AreEqual(SignatureV4.SignText(key, policy), signature) ? credential.Principal : throw S3Errors.SignatureDoesNotMatch();
    }

    private S3Principal VerifyV2(PostForm form, string policy)
    {
        if (form["AWSAccessKeyId"] is not { } access || form["signature"] is not { } signature)
        {
            throw S3Errors.InvalidArgument("Bucket POST must contain a field named 'AWSAccessKeyId' and one named 'signature'.");
        }

        var credential = credentials.Find(access) ?? throw S3Errors.InvalidAccessKeyId();
        return SignatureV4.AreEqual(SignatureV2.Sign(credential.Secret, policy), signature) ? credential.Principal : throw S3Errors.SignatureDoesNotMatch();
    }
}

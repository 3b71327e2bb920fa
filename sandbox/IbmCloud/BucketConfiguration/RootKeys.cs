using TempoCos.IbmCloud.ObjectStorage.Requests;
using TempoCos.IbmCloud.ObjectStorage.Storage;

namespace TempoCos.IbmCloud.BucketConfiguration;

/// <summary>Buckets that are encrypted with a root key of Key Protect or Hyper Protect Crypto Services. Nothing is encrypted here: the bucket only says that it is.</summary>
public sealed class RootKeys(ConfigurationStore configurations, KnobPanel knobs)
{
    private const string AlgorithmHeader = "ibm-sse-kp-encryption-algorithm";
    private const string KeyHeader = "ibm-sse-kp-customer-root-key-crn";

    /// <summary>The root key that a bucket is to be created with; null for none. Refuses one that cannot be used.</summary>
    public string? Read(S3Request request)
    {
        var (algorithm, key) = (request.Header(AlgorithmHeader), request.Header(KeyHeader));
        if (algorithm is null && key is null)
        {
            return null;
        }

        if (algorithm != "AES256")
        {
            throw S3Errors.InvalidArgument($"{AlgorithmHeader} must be AES256.");
        }

        // crn:v1:bluemix:public:kms:REGION:a/ACCOUNT:INSTANCE:key:ID
        if (key?.Split(':') is not ["crn", "v1", _, _, "kms" or "hs-crypto", { Length: > 0 }, ['a', '/', ..], { Length: > 0 }, "key", { Length: > 0 }])
        {
            throw S3Errors.InvalidArgument($"{KeyHeader} must be the CRN of a root key.");
        }

        return knobs.Current.KeyProtectAuthorized
            ? key
            : throw new S3Exception(StatusCodes.Status401Unauthorized, "ServiceNotAuthorized", "Cloud Object Storage is not authorized to use the root key: a service-to-service authorization is missing.");
    }

    /// <summary>Remembers the key of a bucket that has just been created.</summary>
    public void Save(BucketRecord bucket, string? key)
    {
        if (key is not null)
        {
            configurations.SetRootKey(bucket, key);
        }
    }

    /// <summary>What HEAD tells of the key.</summary>
    public void Show(BucketRecord bucket, IHeaderDictionary headers)
    {
        if (configurations.Of(bucket).RootKeyCrn is { } key)
        {
            headers["ibm-sse-kp-enabled"] = "True";
            headers["ibm-sse-kp-crk-id"] = key;
        }
    }
}

using Amazon.S3;
using TempoCos.Contracts;

namespace TempoCos.CosProvisioner.Steps;

/// <summary>Why a store does not make a bucket.</summary>
internal static class BucketRefusals
{
    public static DiagnosticException Taken(string name, Exception inner) => new(
        DiagnosticCode.BucketTaken,
        name,
        "a bucket of this name exists elsewhere, or existed until some minutes ago: bucket names are shared by all customers",
        "Choose another bucket name, or leave it out to have one derived from the run id.",
        inner);

    /// <summary>Null for what says nothing about the request.</summary>
    public static DiagnosticException? Of(AmazonS3Exception exception, RunPlan plan, string place) => exception.ErrorCode switch
    {
        "InvalidBucketName" => new DiagnosticException(
            DiagnosticCode.BucketNameInvalid, plan.Bucket.Value, "the object store does not take this bucket name", "Choose another one.", exception),
        "InvalidLocationConstraint" => new DiagnosticException(
            DiagnosticCode.StorageClassUnknown,
            place,
            "the object store knows no such combination of location and storage class",
            "Choose another region or storage class; not every location has every class.",
            exception),
        "TooManyBuckets" => new DiagnosticException(
            DiagnosticCode.TooManyBuckets,
            plan.Bucket.Value,
            "the account has as many buckets as it may have",
            "Delete buckets that are not needed, `tempocos destroy` those of old runs, or have IBM raise the limit.",
            exception),
        _ when plan.BucketOptions.RootKeyCrn.Length > 0 && (int)exception.StatusCode is >= 400 and < 500 && exception.ErrorCode is not "RequestTimeTooSkewed" => new DiagnosticException(
            DiagnosticCode.RootKeyRefused,
            plan.BucketOptions.RootKeyCrn,
            $"the object store cannot encrypt the bucket with this root key: {exception.ErrorCode} {exception.Message.TrimEnd('.')}",
            "See that the key exists and is active, near the bucket's location, and that IAM lets Cloud Object Storage use it: "
            + "ibmcloud iam authorization-policy-create cloud-object-storage kms Reader.",
            exception),
        _ => null,
    };
}

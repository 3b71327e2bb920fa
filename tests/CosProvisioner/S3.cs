using System.Text;
using Amazon.Runtime;
using Amazon.S3;
using k8s;
using TempoCos.Contracts;

namespace TempoCos.CosProvisioner.Tests;

/// <summary>Clients as Tempo would have them.</summary>
internal static class S3
{
    /// <summary>With what stands in the run's Secret.</summary>
    public static async Task<AmazonS3Client> OpenAsync(Sandbox sandbox, Provisioned provisioned)
    {
        var secret = await sandbox.Kubernetes.CoreV1.ReadNamespacedSecretAsync(
            provisioned.SecretName, provisioned.Namespace, cancellationToken: TestContext.Current.CancellationToken);
        return Client(Text("endpoint"), Text("access_key_id"), Text("access_key_secret"));

        string Text(string key) => Encoding.UTF8.GetString(secret.Data[key]);
    }

    public static AmazonS3Client Client(string endpoint, string accessKey, string secretKey) => new(
        new BasicAWSCredentials(accessKey, secretKey),
        new AmazonS3Config
        {
            ServiceURL = endpoint,
            ForcePathStyle = true,
            AuthenticationRegion = "us-east",
            MaxErrorRetry = 0,
            RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED,
            ResponseChecksumValidation = ResponseChecksumValidation.WHEN_REQUIRED,
        });
}

using Microsoft.Extensions.Configuration;

namespace TempoCos.AppHost;

/// <summary>Credentials for runs with <c>--provider s3</c>, handed to the provisioner where there are any.</summary>
internal static class S3Credentials
{
    private static readonly (string Name, string Setting, string Variable)[] Secrets =
    [
        ("s3-access-key-id", "S3:AccessKeyId", "AWS_ACCESS_KEY_ID"), ("s3-secret-access-key", "S3:SecretAccessKey", "AWS_SECRET_ACCESS_KEY"),
    ];

    public static void AddS3Credentials(this IDistributedApplicationBuilder builder, IResourceBuilder<ProjectResource> provisioner)
    {
        var publishing = Publishing.Is(builder.Configuration);
        foreach (var (name, setting, variable) in Secrets)
        {
            var given = builder.Given(name);
            if ((given ?? builder.Configuration[setting] ?? Environment.GetEnvironmentVariable(variable)) is { Length: > 0 } secret)
            {
                provisioner.WithEnvironment(setting.Replace(":", "__", StringComparison.Ordinal), builder.AddParameter(name, given ?? (publishing ? "" : secret), secret: true));
            }
        }

        var region = builder.Configuration["S3:Region"] ?? (publishing ? null : Environment.GetEnvironmentVariable("AWS_REGION"));
        if (region is { Length: > 0 })
        {
            provisioner.WithEnvironment("S3__Region", region);
        }
    }
}

using System.Diagnostics;
using TempoCos.IbmCloud.Tests.Support;

namespace TempoCos.IbmCloud.Tests.Program;

/// <summary>The store under the AWS command line, which somebody else wrote.</summary>
public sealed class AwsCliTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_aws_command_line_is_content()
    {
        await using var emulator = await Emulator.StartAsync();
        using var files = new TemporaryDirectory();
        var content = new byte[9_000_000];
        new Random(3).NextBytes(content);
        await File.WriteAllBytesAsync(files["large"], content, Cancelled);
        await File.WriteAllTextAsync(files["small file.txt"], "small", Cancelled);

        (await AwsAsync(emulator, "s3", "mb", "s3://cli")).ShouldContain("make_bucket: cli");
        // Larger than the threshold, so in parts.
        await AwsAsync(emulator, "s3", "cp", files["large"], "s3://cli/dir/large", "--no-progress");
        await AwsAsync(emulator, "s3", "cp", files["small file.txt"], "s3://cli/dir/small file.txt", "--no-progress");
        var listing = await AwsAsync(emulator, "s3", "ls", "s3://cli", "--recursive");
        listing.ShouldContain("9000000 dir/large");
        listing.ShouldContain("5 dir/small file.txt");
        (await AwsAsync(emulator, "s3", "ls", "s3://cli")).ShouldContain("PRE dir/");

        await AwsAsync(emulator, "s3", "cp", "s3://cli/dir/large", files["back"], "--no-progress");
        (await File.ReadAllBytesAsync(files["back"], Cancelled)).ShouldBe(content);
        (await AwsAsync(emulator, "s3", "cp", "s3://cli/dir/large", "s3://cli/copy", "--no-progress")).ShouldContain("copy:");

        await AwsAsync(emulator, "s3", "rm", "s3://cli/copy");
        await AwsAsync(emulator, "s3", "rb", "s3://cli", "--force");
        (await AwsAsync(emulator, "s3", "ls")).ShouldNotContain("cli");
    }

    [Fact]
    public async Task The_lower_level_commands_work_too()
    {
        await using var emulator = await Emulator.StartAsync();
        using var files = new TemporaryDirectory();
        await File.WriteAllTextAsync(files["body"], "0123456789", Cancelled);
        await AwsAsync(emulator, "s3api", "create-bucket", "--bucket", "api", "--create-bucket-configuration", "LocationConstraint=us-south-smart");
        (await AwsAsync(emulator, "s3api", "get-bucket-location", "--bucket", "api")).ShouldContain("us-south-smart");
        await AwsAsync(emulator, "s3api", "put-object", "--bucket", "api", "--key", "k", "--body", files["body"], "--metadata", "m=1", "--checksum-algorithm", "SHA256");
        (await AwsAsync(emulator, "s3api", "head-object", "--bucket", "api", "--key", "k", "--checksum-mode", "ENABLED")).ShouldContain("ChecksumSHA256");
        await AwsAsync(emulator, "s3api", "get-object", "--bucket", "api", "--key", "k", "--range", "bytes=2-4", files["range"]);
        (await File.ReadAllTextAsync(files["range"], Cancelled)).ShouldBe("234");
        (await AwsAsync(emulator, "s3api", "list-objects", "--bucket", "api", "--prefix", "k")).ShouldContain("\"Key\": \"k\"");
        await AwsAsync(emulator, "s3api", "put-object-tagging", "--bucket", "api", "--key", "k", "--tagging", "TagSet=[{Key=a,Value=b}]");
        (await AwsAsync(emulator, "s3api", "get-object-tagging", "--bucket", "api", "--key", "k")).ShouldContain("\"Value\": \"b\"");
        (await AwsAsync(emulator, "s3api", "delete-objects", "--bucket", "api", "--delete", "Objects=[{Key=k},{Key=none}]")).ShouldContain("none");
        await AwsAsync(emulator, "s3api", "delete-bucket", "--bucket", "api");
        (await AwsAsync(emulator, succeeds: false, "s3api", "head-object", "--bucket", "api", "--key", "k")).ShouldContain("404");
    }

    private static Task<string> AwsAsync(Emulator emulator, params string[] arguments) => AwsAsync(emulator, succeeds: true, arguments);

    private static async Task<string> AwsAsync(Emulator emulator, bool succeeds, params string[] arguments)
    {
        var start = new ProcessStartInfo("aws");
        foreach (var argument in (ReadOnlySpan<string>)["--endpoint-url", emulator.Url, "--cli-read-timeout", "60", .. arguments])
        {
            start.ArgumentList.Add(argument);
        }

        start.Environment["AWS_ACCESS_KEY_ID"] = Emulator.AccessKey;
        start.Environment["AWS_SECRET_ACCESS_KEY"] = Emulator.SecretKey;
        start.Environment["AWS_DEFAULT_REGION"] = "us-east-1";
        start.Environment["AWS_CONFIG_FILE"] = start.Environment["AWS_SHARED_CREDENTIALS_FILE"] = Path.Combine(emulator.DataDirectory, "none");
        return await ClientProgram.RunAsync(start, succeeds);
    }
}

using System.Diagnostics;
using TempoCos.IbmCloud.Tests.Support;

namespace TempoCos.IbmCloud.Tests.Program;

/// <summary>The store under s3cmd, which somebody else wrote.</summary>
public sealed class S3CmdTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task S3cmd_is_content()
    {
        await using var emulator = await Emulator.StartAsync();
        using var files = new TemporaryDirectory();
        var content = new byte[12_000_000];
        new Random(4).NextBytes(content);
        await File.WriteAllBytesAsync(files["large"], content, Cancelled);
        await File.WriteAllTextAsync(files["odd ü&+name.txt"], "odd", Cancelled);

        (await S3CmdAsync(emulator, "mb", "s3://cmd")).ShouldContain("created");
        // Larger than a part.
        await S3CmdAsync(emulator, "put", files["large"], "s3://cmd/dir/large", "--multipart-chunk-size-mb=5");
        await S3CmdAsync(emulator, "put", files["odd ü&+name.txt"], "s3://cmd/dir/");
        var listing = await S3CmdAsync(emulator, "ls", "--recursive", "s3://cmd");
        listing.ShouldContain("12000000");
        listing.ShouldContain("s3://cmd/dir/odd ü&+name.txt");
        (await S3CmdAsync(emulator, "ls", "s3://cmd")).ShouldContain("DIR");
        (await S3CmdAsync(emulator, "info", "s3://cmd/dir/large")).ShouldContain("File size: 12000000");

        await S3CmdAsync(emulator, "get", "s3://cmd/dir/large", files["back"]);
        (await File.ReadAllBytesAsync(files["back"], Cancelled)).ShouldBe(content);
        await S3CmdAsync(emulator, "cp", "s3://cmd/dir/large", "s3://cmd/copy");
        await S3CmdAsync(emulator, "setacl", "--acl-public", "s3://cmd/copy");
        (await emulator.Http.GetByteArrayAsync("/cmd/copy", Cancelled)).ShouldBe(content);
        (await emulator.Http.GetAsync("/cmd/dir/large", Cancelled)).StatusCode.ShouldBe(System.Net.HttpStatusCode.Forbidden);

        (await S3CmdAsync(emulator, succeeds: false, "rb", "s3://cmd")).ShouldContain("BucketNotEmpty");
        await S3CmdAsync(emulator, "del", "--recursive", "--force", "s3://cmd");
        await S3CmdAsync(emulator, "rb", "s3://cmd");
        (await S3CmdAsync(emulator, "ls")).ShouldNotContain("cmd");
    }

    private static Task<string> S3CmdAsync(Emulator emulator, params string[] arguments) => S3CmdAsync(emulator, succeeds: true, arguments);

    private static async Task<string> S3CmdAsync(Emulator emulator, bool succeeds, params string[] arguments)
    {
        var host = new Uri(emulator.Url).Authority;
        var start = new ProcessStartInfo("s3cmd");
        foreach (var argument in (ReadOnlySpan<string>)["--config=" + Path.Combine(emulator.DataDirectory, "none"), "--no-ssl", $"--host={host}", $"--host-bucket={host}",
            $"--access_key={Emulator.AccessKey}", $"--secret_key={Emulator.SecretKey}", "--no-progress", .. arguments])
        {
            start.ArgumentList.Add(argument);
        }

        return await ClientProgram.RunAsync(start, succeeds);
    }
}

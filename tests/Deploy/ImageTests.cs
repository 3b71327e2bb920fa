using System.Formats.Tar;
using System.Text.Json.Nodes;

namespace TempoCos.Deploy.Tests;

/// <summary><c>dotnet publish -t:PublishContainer</c> to an archive: nothing is pushed, and the base comes from loopback.</summary>
public sealed class ImageTests
{
    [Theory]
    [InlineData("TraceGenerator", "tempocos/trace-generator", "TempoCos.TraceGenerator")]
    [InlineData("Pipeline", "tempocos/pipeline", "tempocos")]
    public async Task An_archive_holds_the_service_for_a_user_that_is_not_root(string project, string repository, string program)
    {
        await using var image = await BaseImage.ServeAsync();
        var directory = Directory.CreateTempSubdirectory("tempocos-image-");
        try
        {
            var archive = Path.Combine(directory.FullName, "image.tar");
            var own = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar));
            var (exitCode, output, errors) = await Command.RunAsync(
                "dotnet", new Dictionary<string, string> { ["DOTNET_CONTAINER_INSECURE_REGISTRIES"] = image.Registry, ["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1" },
                "publish", Path.Combine("services", project), "--no-build", "--configuration", own.Parent!.Name, "-t:PublishContainer",
                $"-p:ContainerArchiveOutputPath={archive}", $"-p:ContainerBaseImage={image.Name}", $"-p:PublishDir={directory.FullName}/publish/");
            exitCode.ShouldBe(0, output + errors);

            var files = await ReadAsync(archive);
            var manifest = JsonNode.Parse(files["manifest.json"])![0]!;
            manifest["RepoTags"]!.AsArray().Select(tag => $"{tag}").ShouldBe([$"{repository}:0.1.0"], "as deploy/kustomize names it");
            manifest["Layers"]!.AsArray().Count.ShouldBe(2);

            var config = JsonNode.Parse(files[$"{manifest["Config"]}"])!["config"]!;
            $"{config["User"]}".ShouldBe("1654:1654");
            config["ExposedPorts"]!.AsObject().Select(port => port.Key).Order().ShouldBe(["8080/tcp", "8081/tcp"]);
            ((string[])["TempoCos__Home=/var/lib/tempocos", "ASPNETCORE_HTTP_PORTS="]).ShouldBeSubsetOf(config["Env"]!.AsArray().Select(variable => $"{variable}"));
            $"{config["Cmd"]?[0]}".ShouldBe(project == "Pipeline" ? "serve" : "");
            string.Join(' ', config["Entrypoint"]!.AsArray().Select(word => $"{word}")).ShouldContain(program);
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    /// <summary>The small entries of an archive; layers are left out.</summary>
    private static async Task<Dictionary<string, byte[]>> ReadAsync(string archive)
    {
        var files = new Dictionary<string, byte[]>();
        await using var file = File.OpenRead(archive);
        await using var tar = new TarReader(file);
        while (await tar.GetNextEntryAsync(cancellationToken: TestContext.Current.CancellationToken) is { } entry)
        {
            if (entry is { DataStream: { } data, Length: < 1 << 20 })
            {
                using var content = new MemoryStream();
                await data.CopyToAsync(content, TestContext.Current.CancellationToken);
                files[entry.Name] = content.ToArray();
            }
        }

        return files;
    }
}

using Aspire.Hosting.Dcp;

namespace TempoCos.Hosting.Tests;

public sealed class AspireBundleTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("tempocos-bundle-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Theory]
    [InlineData("ASPIRE_DCP_PATH")]
    [InlineData("ASPIRE_DASHBOARD_PATH")]
    public async Task A_path_that_leads_nowhere_is_named(string variable)
    {
        var error = await Should.ThrowAsync<DistributedApplicationException>(() => FindAsync((variable, "/nowhere"), ("PATH", "/usr/bin:/bin")));
        error.Message.ShouldContain(variable);
        error.Message.ShouldContain("/nowhere");
    }

    [Fact]
    public async Task Programs_that_are_named_are_taken()
    {
        var dcp = Write("given/dcp");
        var dashboard = Write("given/aspire-managed");
        var bundle = await FindAsync(("ASPIRE_DCP_PATH", Path.GetDirectoryName(dcp)!), ("ASPIRE_DASHBOARD_PATH", dashboard));
        (bundle.Dcp, bundle.Dashboard).ShouldBe((dcp, dashboard));
    }

    [Fact]
    public async Task Without_npm_and_the_SDK_the_error_says_how_to_get_the_programs()
    {
        var error = await Should.ThrowAsync<DistributedApplicationException>(() => FindAsync(("PATH", "/nowhere")));
        error.Message.ShouldContain("npm");
        error.Message.ShouldContain("dotnet");
        error.Message.ShouldContain("ASPIRE_DCP_PATH");
    }

    [Fact]
    public async Task A_cache_that_cannot_be_written_is_named()
    {
        var file = Write("occupied");
        var error = await Should.ThrowAsync<DistributedApplicationException>(() => FindAsync(("PATH", Npm("true")), ("XDG_CACHE_HOME", file)));
        error.Message.ShouldContain(file);
    }

    [Fact]
    public async Task A_failing_npm_is_quoted()
    {
        var error = await Should.ThrowAsync<DistributedApplicationException>(() => FindAsync(("PATH", Npm("echo no route to the registry >&2; exit 3"))));
        error.Message.ShouldContain("no route to the registry");
    }

    [Fact]
    public async Task Two_first_starts_at_once_install_once_and_a_later_one_finds_the_programs()
    {
        var npm = Npm($$"""
            echo installed >> {{_directory}}/count
            p="$PWD/node_modules/@microsoft/aspire-cli-test/bin"; mkdir -p "$p"
            printf '#!/bin/sh\nd=$(dirname $(dirname "$0")); mkdir -p $d/bundle/dcp $d/bundle/managed; touch $d/bundle/dcp/dcp $d/bundle/managed/aspire-managed\n' > "$p/aspire"
            chmod +x "$p/aspire"
            """);
        var both = await Task.WhenAll(FindAsync(("PATH", npm)), FindAsync(("PATH", npm)));
        var later = await FindAsync(("PATH", npm));

        both[0].ShouldBe(both[1]);
        later.ShouldBe(both[0]);
        File.Exists(later.Dcp).ShouldBeTrue();
        (await File.ReadAllLinesAsync(Path.Combine(_directory, "count"), TestContext.Current.CancellationToken)).Length.ShouldBe(1);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("mkdir -p node_modules")] // npm on a platform for which it has no package
    public async Task Where_npm_has_nothing_they_come_by_the_SDK(string? npm)
    {
        var path = Script("dotnet", $$"""
            echo "$@" >> {{_directory}}/asked
            for last; do :; done
            p="$last/.store/aspire.cli/1/tools/net10.0/any"; mkdir -p "$p"
            printf '#!/bin/sh\nd=$(dirname $(dirname "$0")); mkdir -p $d/bundle/dcp $d/bundle/managed; touch $d/bundle/dcp/dcp $d/bundle/managed/aspire-managed\n' > "$p/aspire"
            chmod +x "$p/aspire"
            """);
        if (npm is not null)
        {
            Npm(npm);
        }

        var found = await FindAsync(("PATH", path));

        File.Exists(found.Dcp).ShouldBeTrue();
        (await FindAsync(("PATH", path))).ShouldBe(found);
        (await File.ReadAllLinesAsync(Path.Combine(_directory, "asked"), TestContext.Current.CancellationToken)).ShouldHaveSingleItem().ShouldStartWith("tool update Aspire.Cli --version ");
    }

    [Fact]
    public void The_lock_file_names_no_registry()
    {
        using var reader = new StreamReader(typeof(AspireBundle).Assembly.GetManifestResourceStream("package-lock.json")!);
        var lockFile = reader.ReadToEnd();
        lockFile.ShouldContain("integrity");
        lockFile.ShouldNotContain("resolved");
        lockFile.ShouldNotContain("http");
    }

    private Task<AspireBundle> FindAsync(params (string Name, string Value)[] variables)
    {
        var environment = variables.Prepend(("HOME", _directory)).ToDictionary(variable => variable.Item1, variable => variable.Item2);
        return AspireBundle.FindAsync(name => environment.GetValueOrDefault(name), TestContext.Current.CancellationToken);
    }

    private string Write(string name, string content = "")
    {
        var path = Path.Combine(_directory, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, content);
        return path;
    }

    private string Npm(string script) => Script("npm", script);

    /// <summary>A directory with a program that runs a script.</summary>
    private string Script(string program, string script)
    {
        var path = Write($"bin/{program}", $"#!/bin/sh\n{script}\n");
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return Path.GetDirectoryName(path)!;
    }
}

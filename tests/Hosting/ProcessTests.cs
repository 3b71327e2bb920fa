using System.Globalization;
using Aspire.Hosting.Dcp;
using Microsoft.Extensions.DependencyInjection;

namespace TempoCos.Hosting.Tests;

public sealed class ProcessTests
{
    [Fact]
    public async Task A_process_gets_variables_arguments_and_a_port_of_its_own_and_is_gone_when_the_application_stops()
    {
        Environment.SetEnvironmentVariable("TEMPOCOS_TEST_SECRET", "of-this-terminal");
        var builder = Model.Empty();
        var greeting = builder.AddParameter("greeting", "good {{day}}");
        builder.AddShell("talker", "echo \"said=$GREETING port=$HTTP_PORT home=$HOME secret=[$TEMPOCOS_TEST_SECRET]\"; echo broken >&2; exec sleep 300")
            .WithHttpEndpoint(name: "http", env: "HTTP_PORT")
            .WithEnvironment("GREETING", greeting);
        int pid;
        await using (var app = builder.Build())
        {
            await app.StartAsync(TestContext.Current.CancellationToken);
            var line = (await app.LineAsync("talker", "said=")).Content;
            line.ShouldContain("said=good {{day}} ");
            line.ShouldContain($"home={Environment.GetEnvironmentVariable("HOME")} ");
            line.ShouldContain("secret=[]");
            var port = int.Parse(line.Split("port=")[1].Split(' ')[0], CultureInfo.InvariantCulture);
            var stable = new Uri(((IResourceWithEndpoints)app.Find("talker")).GetEndpoint("http").Url).Port;
            port.ShouldBeGreaterThan(0);
            port.ShouldNotBe(stable);
            (await app.LineAsync("talker", "broken")).IsErrorMessage.ShouldBeTrue();

            var running = await app.ResourceNotifications.WaitForResourceHealthyAsync("talker", TestContext.Current.CancellationToken).WaitAsync(Model.Deadline);
            pid = (int)running.Snapshot.Properties.Single(property => property.Name == "executable.pid").Value!;
            ProcessTable.Exists(pid).ShouldBeTrue();
            await app.StopAsync(TestContext.Current.CancellationToken);
        }

        await ProcessTable.WaitUntilGoneAsync([pid], Model.Deadline);
    }

    [Fact]
    public async Task The_end_of_a_process_comes_with_its_exit_code_and_after_its_last_line()
    {
        var builder = Model.Empty();
        builder.AddShell("seven", "echo last words; exit 7");
        builder.AddShell("zero", "exit 0");
        await using var app = builder.Build();
        await app.StartAsync(TestContext.Current.CancellationToken);

        var seven = await app.EndOfAsync("seven");
        seven.State!.Text.ShouldBe(KnownResourceStates.Finished);
        seven.ExitCode.ShouldBe(7);
        (await app.LineAsync("seven", "last words")).IsErrorMessage.ShouldBeFalse();
        (await app.EndOfAsync("zero")).ExitCode.ShouldBe(0);
    }

    /// <summary>In one application, since each takes seconds to start and to end.</summary>
    [Fact]
    public async Task A_process_whose_port_somebody_else_has_taken_is_started_again_with_another_and_not_for_ever()
    {
        const string Taken = "TC921: the port is in use (127.0.0.1:1).";
        var directory = Directory.CreateTempSubdirectory("tempocos-ports-").FullName;
        var builder = Model.Empty();
        AddStarts("ours", $"[ $(wc -l < $STARTS) -gt 2 ] || {{ echo '{Taken}'; exit 1; }}; echo listens; exec sleep 300");
        AddStarts("kestrel", "[ $(wc -l < $STARTS) -gt 1 ] || { echo 'System.IO.IOException: Failed to bind to address http://127.0.0.1:1: address already in use.'; exit 1; }; echo listens; exec sleep 300");
        AddStarts("ever", $"echo '{Taken}'; exit 1");
        AddStarts("other", "echo 'TC901: the directory is not writable'; exit 1");
        AddStarts("done", $"echo '{Taken}'; exit 0");
        AddStarts("stopped", $"echo '{Taken}'; trap 'exit 1' TERM; while :; do sleep 0.1; done");
        await using (var app = builder.Build())
        {
            await app.StartAsync(TestContext.Current.CancellationToken);
            await app.LineAsync("stopped", Taken);
            await app.Services.GetRequiredService<ResourceCommands>().ExecuteAsync(app.Find("stopped").Id, ResourceCommands.Stop, TestContext.Current.CancellationToken);
            foreach (var name in (string[])["ours", "kestrel"])
            {
                await app.LineAsync(name, "listens");
                await app.ResourceNotifications.WaitForResourceHealthyAsync(name, TestContext.Current.CancellationToken).WaitAsync(Model.Deadline);
            }

            (await app.LineAsync("ours", "(2 of 3)")).Content.ShouldContain("Somebody else has its port");
            foreach (var (name, exitCode) in ((string, int)[])[("ever", 1), ("other", 1), ("done", 0)])
            {
                var end = await app.EndOfAsync(name);
                (end.State!.Text, end.ExitCode).ShouldBe((KnownResourceStates.Finished, exitCode), name);
            }

            (await app.EndOfAsync("stopped")).ShouldNotBeNull();
        }

        PortsOf("ours").Distinct().Count().ShouldBe(3);
        PortsOf("kestrel").Distinct().Count().ShouldBe(2);
        PortsOf("ever").Length.ShouldBe(4);
        PortsOf("other").Length.ShouldBe(1);
        PortsOf("done").Length.ShouldBe(1);
        PortsOf("stopped").Length.ShouldBe(1);
        Directory.Delete(directory, recursive: true);

        void AddStarts(string name, string script) =>
            builder.AddShell(name, $"STARTS={directory}/{name}; echo $HTTP_PORT >> $STARTS; {script}").WithHttpEndpoint(name: "http", env: "HTTP_PORT");

        string[] PortsOf(string name) => File.ReadAllLines(Path.Combine(directory, name));
    }

    [Fact]
    public async Task A_program_that_is_not_there_fails_to_start_and_says_why()
    {
        var builder = Model.Empty();
        builder.AddProject<NotBuilt>("absent");
        await using var app = builder.Build();
        await app.StartAsync(TestContext.Current.CancellationToken);

        (await app.EndOfAsync("absent")).State!.Text.ShouldBe(KnownResourceStates.FailedToStart);
        (await app.LineAsync("absent", "does not exist")).Content.ShouldContain("/nowhere/absent");
    }

    private sealed class NotBuilt : IProjectMetadata
    {
        public string ProjectPath => "/nowhere/absent.csproj";

        public string ExecutablePath => "/nowhere/absent";
    }
}

using System.CommandLine;
using System.Diagnostics;
using TempoCos.Contracts;
using TempoCos.Doctor;
using TempoCos.Pipeline.Blocks;
using TempoCos.Pipeline.Commands;
using TempoCos.Pipeline.Connection;
using TempoCos.Pipeline.Display;
using TempoCos.Pipeline.S3;

namespace TempoCos.Pipeline.Doctor;

/// <summary><c>tempocos doctor</c>: what would not work, before Tempo meets it.</summary>
internal static class DoctorCommand
{
    private const string Description = """
        Examine an object store, or the cloud account, as Tempo and a run will use it.

        With LOCATION the store's checks run in this process, against any S3: they write, read,
        list and delete objects whose names begin with tempocos-canary-, under Tempo's own prefix,
        and remove them whatever happens.
        Without LOCATION the services are asked: they check the account that they are configured
        for, and with --run also bucket and key of a run that was kept.
        With tempostack or tempomonolithic and NAMESPACE/NAME they examine a Tempo that runs.

        The key comes from the options, from AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or from
        the shared credentials file: give the very key that Tempo gets. 'tempocos explain CODE'
        says more about each check.

        Exit codes: 0 nothing failed, 1 a check failed (with --strict also: warned), 2 usage,
        3 environment, 130 interrupted.
        """;

    public static Command Create()
    {
        var command = new Command("doctor", Description);
        var location = new Argument<string?>("LOCATION") { Description = "s3://BUCKET[/PREFIX]; the prefix is Tempo's storage.trace.s3.prefix.", Arity = ArgumentArity.ZeroOrOne };
        var run = new Option<string?>("--run") { Description = "Examine bucket and key of this run, which was kept.", HelpName = "RUN" };
        var strict = new Option<bool>("--strict") { Description = "Warnings count as failures." };
        var authorities = new Option<FileInfo?>("--s3-ca") { Description = "Trust the authorities in this PEM file as well, as Tempo does with tls_ca_path.", HelpName = "FILE" };
        var ignore = new IgnoreOption();
        var s3 = new S3Options();
        var client = new ClientOptions();
        command.Add(StackDoctorCommand.Create("TempoStack"));
        command.Add(StackDoctorCommand.Create("TempoMonolithic"));
        command.Add(location);
        command.Add(run);
        command.Add(strict);
        ignore.AddTo(command);
        s3.AddTo(command);
        command.Add(authorities);
        client.AddTo(command);
        command.Validators.Add(result =>
        {
            if (result.GetValue(location) is not null && result.GetValue(run) is not null)
            {
                result.AddError("give a LOCATION or --run, not both");
            }
        });
        command.SetAction(async (parsed, _) =>
        {
            var display = new DoctorDisplay(client.IsJson(parsed));
            var codes = ignore.Read(parsed);
            var conclusion = new DoctorConclusion(display, client.IsJson(parsed), parsed.GetValue(strict), DateTimeOffset.UtcNow, Stopwatch.GetTimestamp());
            if (parsed.GetValue(location) is { } where)
            {
                return await InProcessAsync(where, async token =>
                {
                    var target = await StoreSubject.ReadAsync(where, s3.Read(parsed), parsed.GetValue(authorities));
                    var results = await display.WatchAsync(() => new StoreDoctor(target).ExamineAsync((check, body) => ObserveAsync(display, check, body, codes), token));
                    return conclusion.Conclude($"{target}", results);
                });
            }

            return await client.InvokeAsync(parsed, async (pipeline, shown, token) =>
            {
                await shown.DisposeAsync();
                var runId = parsed.GetValue(run) ?? "";
                using var call = pipeline.Diagnose(new DiagnoseRequest { RunId = runId, Ignore = { codes } }, cancellationToken: token);
                return conclusion.Conclude(runId.Length > 0 ? $"run {runId}" : "the account", await display.WatchAsync(() => DoctorStream.ReadAsync(call.ResponseStream, display, token)));
            });
        });
        return command;
    }

    private static async Task<CheckResult> ObserveAsync(DoctorDisplay display, CheckDescription check, Func<Task<CheckResult>> body, IReadOnlyCollection<string> ignored)
    {
        CheckResult? result = null;
        display.Began(check.Doing);
        try
        {
            return result = (await body()).Ignoring(ignored);
        }
        finally
        {
            display.Ended(check.Doing, result);
        }
    }

    private static async Task<int> InProcessAsync(string where, Func<CancellationToken, Task<int>> body)
    {
        using var interrupt = new Interrupt();
        try
        {
            return await body(interrupt.Token);
        }
        catch (OperationCanceledException) when (interrupt.Token.IsCancellationRequested)
        {
            return ExitCode.Interrupted;
        }
        catch (DiagnosticException diagnostic)
        {
            DiagnosticText.Write(Console.Error, diagnostic);
            return BlockFailure.ExitCodeOf(diagnostic);
        }
        catch (Exception exception)
        {
            DiagnosticText.Write(Console.Error, new DiagnosticException("TC999", where, exception.Message.TrimEnd('.'), "This is a defect of TempoCos: please report it with the command line.", exception));
            return ExitCode.Environment;
        }
    }
}

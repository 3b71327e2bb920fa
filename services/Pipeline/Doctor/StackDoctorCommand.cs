using System.CommandLine;
using System.CommandLine.Parsing;
using System.Diagnostics;
using TempoCos.Contracts;
using TempoCos.Pipeline.Commands;

namespace TempoCos.Pipeline.Doctor;

/// <summary><c>tempocos doctor tempostack</c> and <c>tempocos doctor tempomonolithic</c>: what is wrong with a Tempo that runs.</summary>
internal static class StackDoctorCommand
{
    private const string Description = """
        Examine a {0} that is there, whoever made it: its components' configuration,
        metrics and logs, its storage Secret, and its bucket with that Secret's key. Nothing is
        changed.

        The services are asked; they use the cluster that they are configured for (KUBECONFIG,
        Kubernetes__Context). What may not be read is skipped, with the reason.
        'tempocos explain CODE' says more about each check.
        """;

    public static Command Create(string kind)
    {
        var command = new Command(kind.ToLowerInvariant(), Description.Replace("{0}", kind, StringComparison.Ordinal));
        var target = new Argument<string>("NAMESPACE/NAME") { Description = $"The {kind}; NAMESPACE alone when there is only one in it." };
        target.Validators.Add(CheckTarget);
        var strict = new Option<bool>("--strict") { Description = "Warnings count as failures." };
        var ignore = new IgnoreOption();
        var client = new ClientOptions();
        command.Add(target);
        command.Add(strict);
        ignore.AddTo(command);
        client.AddTo(command);
        command.SetAction(async (parsed, _) =>
        {
            var display = new DoctorDisplay(client.IsJson(parsed));
            var conclusion = new DoctorConclusion(display, client.IsJson(parsed), parsed.GetValue(strict), DateTimeOffset.UtcNow, Stopwatch.GetTimestamp());
            var parts = parsed.GetValue(target)!.Split('/');
            var request = new DiagnoseStackRequest { Namespace = parts[0], Name = parts.Length > 1 ? parts[1] : "", Kind = kind, Ignore = { ignore.Read(parsed) } };
            return await client.InvokeAsync(parsed, async (pipeline, shown, token) =>
            {
                await shown.DisposeAsync();
                using var call = pipeline.DiagnoseStack(request, cancellationToken: token);
                return conclusion.Conclude($"{kind} {parsed.GetValue(target)}", await display.WatchAsync(() => DoctorStream.ReadAsync(call.ResponseStream, display, token)));
            });
        });
        return command;
    }

    private static void CheckTarget(ArgumentResult result)
    {
        if (result.Tokens is [var token] && token.Value.Split('/') is var parts && (parts.Length > 2 || parts.Any(part => part.Length == 0)))
        {
            result.AddError($"{token.Value}: write NAMESPACE/NAME, such as traces/simplest");
        }
    }
}

using System.CommandLine;
using System.CommandLine.Parsing;
using Google.Protobuf;
using Grpc.Core;
using TempoCos.Contracts;
using TempoCos.Pipeline.Connection;
using TempoCos.Pipeline.Display;

namespace TempoCos.Pipeline.Commands;

/// <summary>How a command reaches the pipeline and how it shows what comes back.</summary>
internal sealed class ClientOptions
{
    private readonly Option<Uri?> _pipeline = new("--pipeline")
    {
        Description = "gRPC address of a running pipeline service [default: TEMPOCOS_PIPELINE, the AppHost that runs, else one is started].",
        HelpName = "URL",
        CustomParser = ParseAddress,
    };

    private readonly Option<string> _format = new("--format") { Description = "text, or json: progress on standard error and one JSON document on standard output.", DefaultValueFactory = _ => "text" };

    public ClientOptions() => _format.AcceptOnlyFromAmong("text", "json");

    public void AddTo(Command command)
    {
        command.Add(_pipeline);
        command.Add(_format);
    }

    public bool IsJson(ParseResult parsed) => parsed.GetValue(_format) == "json";

    /// <summary>The document of <c>--format json</c>.</summary>
    public static void WriteJson(IMessage message) => Console.WriteLine(new JsonFormatter(JsonFormatter.Settings.Default.WithFormatDefaultValues(true).WithIndentation()).Format(message));

    public async Task<int> InvokeAsync(ParseResult parsed, Func<Contracts.Pipeline.PipelineClient, IRunDisplay, CancellationToken, Task<int>> body)
    {
        using var interrupt = new Interrupt();
        var display = RunDisplay.Choose(IsJson(parsed));
        try
        {
            await using var connection = await PipelineConnection.OpenAsync(parsed.GetValue(_pipeline), Console.Error, interrupt.Token);
            return await body(connection.Client, display, interrupt.Token);
        }
        catch (DiagnosticException diagnostic)
        {
            return Fail(diagnostic);
        }
        catch (RpcException exception) when (exception.StatusCode == StatusCode.Cancelled && interrupt.Token.IsCancellationRequested)
        {
            return ExitCode.Interrupted;
        }
        catch (RpcException exception)
        {
            return Fail(ServiceFailure.Translate(exception, "pipeline"));
        }
        catch (OperationCanceledException) when (interrupt.Token.IsCancellationRequested)
        {
            return ExitCode.Interrupted;
        }
    }

    private static Uri? ParseAddress(ArgumentResult result)
    {
        if (Uri.TryCreate(result.Tokens[0].Value, UriKind.Absolute, out var address) && address.Scheme is "http" or "https")
        {
            return address;
        }

        result.AddError($"--pipeline {result.Tokens[0].Value}: not an http or https address");
        return null;
    }

    private static int Fail(DiagnosticException diagnostic)
    {
        DiagnosticText.Write(Console.Error, diagnostic);
        return ExitCode.Environment;
    }
}

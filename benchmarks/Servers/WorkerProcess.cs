using System.Diagnostics;
using System.Text.Json;

namespace TempoCos.Benchmarks.Servers;

/// <summary>Work in a process of its own, so that its memory and processor time are its own; the answer comes as JSON on its standard output.</summary>
internal static class WorkerProcess
{
    public static async Task<T> RunAsync<T>(IReadOnlyList<string> arguments, CancellationToken cancellationToken)
    {
        var program = new TempoProgram(typeof(WorkerProcess).Assembly.Location);
        using var process = Process.Start(program.StartInfo([.. arguments]))!;
        StartedProcesses.Add(process);
        try
        {
            var errors = process.StandardError.ReadToEndAsync(cancellationToken);
            var output = await process.StandardOutput.ReadToEndAsync(cancellationToken);
            await process.WaitForExitAsync(cancellationToken);
            return process.ExitCode == 0
                ? JsonSerializer.Deserialize<T>(output)!
                : throw new InvalidAnswerException($"the worker '{string.Join(' ', arguments)}' ended with code {process.ExitCode}: {await errors}");
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill();
            }

            StartedProcesses.Remove(process);
        }
    }
}

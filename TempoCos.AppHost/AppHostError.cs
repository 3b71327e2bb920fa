using TempoCos.Contracts;

namespace TempoCos.AppHost;

/// <summary>What a user can act on is one line, not a stack trace.</summary>
internal static class AppHostError
{
    /// <summary>Something about this machine or about the arguments is not right.</summary>
    public const int ExitCode = 3;

    /// <summary>Prints the error; false when it is a defect.</summary>
    public static bool Report(Exception exception)
    {
        var message = exception switch
        {
            DiagnosticException => exception.Message,
            DistributedApplicationException => new DiagnosticException("TC913", "AppHost", exception.Message.TrimEnd('.'), "The log of the AppHost and docs/diagnostics.md say more.").Message,
            _ => null,
        };
        if (message is not null)
        {
            Console.Error.WriteLine(message);
        }

        return message is not null;
    }
}

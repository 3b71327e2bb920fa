using TempoCos.Contracts;
using TempoCos.Pipeline.Display;

namespace TempoCos.Pipeline.Runs;

/// <summary>What a run says, as structured logs within its trace: each step as it ends, each rung, the verdict. The console has it in lines of its own.</summary>
internal static partial class RunLog
{
    public const string Category = "TempoCos.Run";

    public static void Write(ILogger logger, RunReply reply)
    {
        switch (reply.ReplyCase)
        {
            case RunReply.ReplyOneofCase.Event when reply.Event is { State: StepState.Succeeded or StepState.Skipped or StepState.Failed } step:
                Step(
                    logger, step.State == StepState.Failed ? LogLevel.Error : LogLevel.Information, step.RunId, step.Stage, step.Step, $"{step.State}".ToLowerInvariant(), step.Message,
                    step.Duration?.ToTimeSpan().TotalSeconds ?? 0);
                break;
            case RunReply.ReplyOneofCase.Rung when reply.Rung is var rung:
                Rung(
                    logger, rung.Verdict == Verdict.Proven ? LogLevel.Information : LogLevel.Warning, rung.Rung, rung.Name, VerdictText.Of(rung.Verdict),
                    rung.Verdict == Verdict.Proven ? rung.Claim : rung.Reason);
                break;
            case RunReply.ReplyOneofCase.Finished:
                Finished(logger, reply.Finished.ExitCode == 0 ? LogLevel.Information : LogLevel.Error, reply.Finished.Summary);
                break;
        }
    }

    [LoggerMessage(Message = "{Stage} {Step} {State}: {Text} ({Seconds:0.0} s, run {RunId})")]
    private static partial void Step(ILogger logger, LogLevel level, string runId, string stage, string step, string state, string text, double seconds);

    [LoggerMessage(Message = "rung {Rung} {Name} {Verdict}: {Text}")]
    private static partial void Rung(ILogger logger, LogLevel level, int rung, string name, string verdict, string text);

    [LoggerMessage(Message = "{Summary}")]
    private static partial void Finished(ILogger logger, LogLevel level, string summary);
}

using TempoCos.Contracts;

namespace TempoCos.Pipeline.Runs;

/// <summary>A reply of a service that is either a step, which is told to who follows the run, or the stage's result.</summary>
internal static class StageReply
{
    /// <returns>The result; null when it is not there yet.</returns>
    public static T? Take<T>(this Action<RunReply> publish, StageEvent? step, T? result)
        where T : class
    {
        if (step is not null)
        {
            publish(new RunReply { Event = step });
        }

        return result;
    }
}

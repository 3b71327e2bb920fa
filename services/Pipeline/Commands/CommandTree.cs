using System.CommandLine;
using TempoCos.Pipeline.Blocks;
using TempoCos.Pipeline.Cost;
using TempoCos.Pipeline.Doctor;
using TempoCos.Pipeline.Doctor.Explaining;

namespace TempoCos.Pipeline.Commands;

/// <summary>All commands of <c>tempocos</c>.</summary>
internal static class CommandTree
{
    public static RootCommand Create()
    {
        var root = new RootCommand("Proves that the traces you send into Grafana Tempo are accepted, queryable and durably in your object store, and leaves nothing behind.")
        {
            RunCommand.Create(),
            PlanCommand.Create(),
            ChangeCommand.Create(),
            DestroyCommand.Create(),
            SweepCommand.Create(),
            LeaksCommand.Create(),
            StatusCommand.Create(),
            DoctorCommand.Create(),
            ExplainCommand.Create(),
            BlocksCommand.Create(),
            CostCommand.Create(),
            ServeCommand.Create(),
        };

        root.HelpName = "tempocos";
        NarrowHelp.AddTo(root);
        return root;
    }
}

namespace TempoCos.Tempo.Configuration;

/// <summary><c>memberlist:</c></summary>
public sealed record MemberlistSettings(
    string NodeName, string BindAddress, int BindPort, string AdvertiseAddress, int AdvertisePort, IReadOnlyList<string> JoinMembers, bool AbortIfJoinFails)
{
    public static MemberlistSettings From(ConfigurationTree tree) => new(
        tree.Text("memberlist.node_name"),
        tree.List("memberlist.bind_addr") is [var first, ..] ? first : "",
        tree.Port("memberlist.bind_port", 7946),
        tree.Text("memberlist.advertise_addr"),
        tree.Port("memberlist.advertise_port", 0),
        tree.List("memberlist.join_members"),
        tree.Boolean("memberlist.abort_if_cluster_join_fails", false));
}

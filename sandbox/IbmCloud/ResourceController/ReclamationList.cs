namespace TempoCos.IbmCloud.ResourceController;

/// <summary>Reclamations; there are no pages.</summary>
public sealed record ReclamationList(Reclamation[] Resources);

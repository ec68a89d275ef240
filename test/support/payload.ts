/** `repository` of a delivery about acme/widgets, as far as it is read. */
export const WIDGETS = {
  id: 42,
  node_id: "R_42",
  name: "widgets",
  full_name: "acme/widgets",
  private: false,
  owner: { login: "acme" },
  default_branch: "main",
};
